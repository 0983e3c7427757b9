/** What a print is of. */
export const PRINT_KINDS = { other: 1, struct: 2, value: 3 } as const
export type PrintKind = keyof typeof PRINT_KINDS

const KINDS = Object.fromEntries(Object.entries(PRINT_KINDS).map(([kind, number]) => [number, kind])) as Readonly<Record<number, PrintKind>>

/**
 * Numbers of 52 bits by such numbers, in flat arrays: a Map makes an object of each, which took half of the time that prints take. Names are sums already, so
 * that their low bits tell where they lie.
 */
export class PrintTable {
  #names: Float64Array
  #wholes: Float64Array
  #kinds: Uint8Array
  #size = 0

  constructor(expected: number) {
    const room = 2 ** Math.ceil(Math.log2(Math.max(8, 2 * expected)))
    this.#names = new Float64Array(room)
    this.#wholes = new Float64Array(room)
    this.#kinds = new Uint8Array(room)
  }

  get size(): number {
    return this.#size
  }

  get(name: number): number | undefined {
    const at = this.#placeOf(name)
    return this.#kinds[at] === 0 ? undefined : this.#wholes[at]
  }

  set(name: number, whole: number, kind: PrintKind): void {
    let at = this.#placeOf(name)
    if (this.#kinds[at] === 0) {
      if (2 * ++this.#size > this.#names.length) {
        this.#grow()
        at = this.#placeOf(name)
      }
      this.#names[at] = name
    }
    this.#wholes[at] = whole
    this.#kinds[at] = PRINT_KINDS[kind]
  }

  /** Whether this is so of any print. */
  some(isSo: (name: number, whole: number, kind: PrintKind) => boolean): boolean {
    for (let at = 0; at < this.#kinds.length; at++) {
      const kind = KINDS[this.#kinds[at] as number]
      if (kind !== undefined && isSo(this.#names[at] as number, this.#wholes[at] as number, kind)) return true
    }
    return false
  }

  /** Where a name lies, or where it would. */
  #placeOf(name: number): number {
    const last = this.#names.length - 1
    // The low 32 bits of it, whatever its size.
    let at = name & last
    while (this.#kinds[at] !== 0 && this.#names[at] !== name) at = (at + 1) & last
    return at
  }

  #grow(): void {
    const [names, wholes, kinds] = [this.#names, this.#wholes, this.#kinds]
    this.#names = new Float64Array(2 * names.length)
    this.#wholes = new Float64Array(2 * names.length)
    this.#kinds = new Uint8Array(2 * names.length)
    for (let from = 0; from < kinds.length; from++) {
      if (kinds[from] === 0) continue
      const at = this.#placeOf(names[from] as number)
      this.#names[at] = names[from] as number
      this.#wholes[at] = wholes[from] as number
      this.#kinds[at] = kinds[from] as number
    }
  }
}
