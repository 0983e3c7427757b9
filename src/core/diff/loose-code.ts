import { endOfNops, relocationKind } from '../arch/mod.ts'
import { copyBytes } from '../base/mod.ts'
import { type ElfFile, type ElfSection, type ElfSymbol, elf } from '../elf/mod.ts'
import type { Item } from './item.ts'
import { type RawReference, relocationsOf } from './raw-references.ts'
import type { Refusal } from './refusal.ts'
import { isInitSection, sectionRole } from './section-role.ts'

/**
 * Code that assembly outside functions labels without a size, such as the fast paths of KVM's emulator: no item holds it, callers of other units keep the
 * running kernel's, and nothing can redirect it.
 */
export function refuseLooseCode(
  { unit, original, patched }: { readonly unit: string; readonly original: ElfFile; readonly patched: ElfFile },
  replaced: readonly { readonly original: Item }[],
): Refusal[] {
  const [before, after] = [looseCodeOf(original), looseCodeOf(patched)]
  const known = new Set(replaced.map((change) => change.original.name))
  return [...before].flatMap(([name, code]): Refusal[] => {
    const now = after.get(name)
    if (now === undefined || now === code || known.has(name)) return []
    const reason = 'assembly outside functions defines it, without a size: the fix changes it, and it cannot be redirected'
    return [{ code: 'not-traceable', unit, subject: name, reason }]
  })
}

/** By label: what stands there, up to the next label or function. Labels of one name in their order. */
function looseCodeOf(object: ElfFile): Map<string, string> {
  const symbols = Map.groupBy(
    object.symbols.filter(({ type, name }) => name !== '' && (type === elf.STT.FUNC || type === elf.STT.NOTYPE)),
    (symbol) => symbol.section,
  )
  const byName = new Map<string, string>()
  for (const section of object.sections) {
    const isRunning = (section.flags & elf.SHF.EXECINSTR) !== 0 && sectionRole(section) === 'items' && !isInitSection(section.name)
    const here = symbols.get(section.index) ?? []
    const loose = isRunning ? here.filter((symbol) => symbol.size === 0 && !here.some((other) => isWithin(symbol, other))) : []
    if (loose.length === 0) continue
    const references = relocationsOf(object, section)
    const bounds = [...here.map(startOf), section.size].toSorted((a, b) => a - b)
    for (const label of loose) {
      const end = bounds.find((bound) => bound > startOf(label)) ?? section.size
      byName.set(label.name, `${byName.get(label.name) ?? ''}${codeText(section, references, startOf(label), end)}\n`)
    }
  }
  return byName
}

function isWithin(label: ElfSymbol, { value, size }: ElfSymbol): boolean {
  return label.value >= value && label.value < value + BigInt(size)
}

function startOf({ value }: ElfSymbol): number {
  return Number(value)
}

/** Without what fills up at the end, and with the names of what it refers to in place of their addresses. */
function codeText(section: ElfSection, references: readonly RawReference[], start: number, end: number): string {
  const own = references.filter(({ offset }) => offset >= start && offset < end)
  const code = copyBytes(section.data.subarray(start, end))
  for (const { offset, type } of own) code.fill(0, offset - start, offset - start + relocationKind(type, section.name).size)
  const named = own.map(({ offset, place }) =>
    place.kind === 'symbol' ? `${offset - start} ${place.name}+${place.offset}` : `${offset - start} ${place.sectionName}`,
  )
  return [code.subarray(0, endOfCode(code)).toHex(), ...named].join(' ')
}

/** Where the no-operations, breakpoints and zeros begin that fill up to the end. */
function endOfCode(code: Uint8Array): number {
  for (let at = 0; at < code.length; at++) {
    const byte = code[at]
    const isFilled = byte === INT3 || byte === 0 ? code.subarray(at).every((rest) => rest === byte) : endOfNops(code, at) === code.length
    if (isFilled) return at
  }
  return code.length
}

const INT3 = 0xcc
