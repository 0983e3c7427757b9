import type { RepoDemoReport, Telling } from '../../app/demo/mod.ts'
import type { Screen } from '../screen.ts'

type Style = Pick<Screen, 'bold' | 'dim' | 'good' | 'bad'>

/** What a command says beyond this many lines is for who types it. */
const SHOWN = 12

/** A chapter's beginning, or a command as it was typed and what it said. */
export function formatTelling(telling: Telling, { bold, dim, bad }: Style): string[] {
  if (telling.kind === 'chapter') {
    const { number, title, lines } = telling
    return ['', bold(`${number}. ${title}`), ...lines.map((line) => dim(`   ${line}`)), '']
  }
  const { at, line, code, said, ms } = telling
  const more = said.length - SHOWN
  const tail = [...(code === 0 ? [] : [`exit code ${code}`]), ...(ms < SLOW_MS ? [] : [`${(ms / 1000).toFixed(1)} s`])].join(', ')
  return [
    `   ${dim(`${at} $`)} ${bold(line)}${tail === '' ? '' : `  ${dim(`(${tail})`)}`}`,
    ...said.slice(0, SHOWN).map((text) => `      ${text.startsWith('error[') ? bad(text) : text}`),
    ...(more > 0 ? [dim(`      … ${more} lines more`)] : []),
  ]
}

/** Only what takes a while is worth a figure. */
const SLOW_MS = 1000

export function formatShown({ release, tellings, ms }: RepoDemoReport, { bold, good }: Style): string[] {
  const commands = tellings.filter(({ kind }) => kind === 'command').length
  return [
    '',
    `${good('shown')}  a repository of live patches for ${bold(release)}, on three hosts: ${commands} commands in ${(ms / 1000).toFixed(0)} s`,
    '  Each ended as is claimed here. Virtual machines, web server and folders are gone.',
  ]
}
