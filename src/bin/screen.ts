import { styleText } from 'node:util'
import { printable } from '../core/base/mod.ts'

/** What a person sees: colour and progress on a terminal only, plain lines otherwise. */
export interface Screen {
  /** A line of output (stdout). */
  line(text: string): void
  /** A step of a long job; shown on stderr, rewritten in place on a terminal. */
  progress(text: string): void
  /** A line on stderr that stays, between steps. */
  remark(text: string): void
  /** Ends the progress line, if one is open. */
  settle(): void
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
}

type Style = Parameters<typeof styleText>[0]

export function makeScreen(): Screen {
  const isTerminal = process.stderr.isTTY === true
  const style = (format: Style) => (text: string) => (process.stdout.isTTY === true ? styleText(format, text) : text)
  let isOpen = false
  const settle = () => {
    if (isOpen) process.stderr.write('\r\x1b[K')
    isOpen = false
  }
  return {
    line(text) {
      settle()
      process.stdout.write(`${harmless(text)}\n`)
    },
    progress(text) {
      process.stderr.write(isTerminal ? `\r\x1b[K${harmless(text)}` : `${harmless(text)}\n`)
      isOpen = isTerminal
    },
    remark(text) {
      settle()
      process.stderr.write(`${harmless(text)}\n`)
    },
    settle,
    bold: style('bold'),
    dim: style('dim'),
    good: style('green'),
    bad: style('red'),
  }
}

// oxlint-disable-next-line no-control-regex -- as styleText writes them
const STYLE = /(\u001b\[[\d;]*m)/

/** Styles are our own; all else that steers a terminal comes from strangers: a title, a reason, a name. */
export function harmless(text: string): string {
  return text
    .split(STYLE)
    .map((part, at) => (at % 2 === 1 ? part : printable(part)))
    .join('')
}
