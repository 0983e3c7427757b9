import type { Readable, Writable } from 'node:stream'

/** What came of waiting: what was waited for, or why it did not come. */
export type Heard =
  | { readonly kind: 'heard'; readonly match: RegExpExecArray }
  | { readonly kind: 'timeout' }
  /** The other end has gone. */
  | { readonly kind: 'ended' }

/** A serial line to a guest: send text, wait for an answer. One waits at a time; what comes while nobody does is kept for the next. */
export class GuestLine {
  readonly #input: Writable
  #text = ''
  #hasEnded = false
  #look: () => void = () => {}

  constructor(input: Writable, output: Readable) {
    this.#input = input
    input.on('error', () => {}) // the end of the process says it
    output.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('latin1')
      this.#look()
    })
  }

  send(text: string): void {
    this.#input.write(text)
  }

  end(): void {
    this.#hasEnded = true
    this.#look()
  }

  /** Takes everything up to the first place that fits off the line. */
  expect(pattern: RegExp, timeoutMs: number): Promise<Heard> {
    return new Promise((resolve) => {
      const settle = (heard: Heard) => {
        clearTimeout(timer)
        this.#look = () => {}
        resolve(heard)
      }
      const timer = setTimeout(() => settle({ kind: 'timeout' }), timeoutMs)
      this.#look = () => {
        const match = pattern.exec(this.#text)
        if (match !== null) {
          this.#text = this.#text.slice(match.index + match[0].length)
          settle({ kind: 'heard', match })
        } else if (this.#hasEnded) settle({ kind: 'ended' })
      }
      this.#look()
    })
  }
}
