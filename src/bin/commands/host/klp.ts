import { createInterface } from 'node:readline/promises'
import { downgradePatch, readBlocking, readStatus } from '../../../app/host/mod.ts'
import { makeHostPorts } from '../../ports/host-ports.ts'
import { type Screen, makeScreen } from '../../screen.ts'
import { VERSION } from '../../version.ts'
import { KLP_NOT_ROOT, KLP_USAGE, formatKlpBlocking, formatKlpPatches } from './klp-text.ts'
import { exitOf, formatOutcome } from './outcome-text.ts'

/** `klp`, as scripts for SUSE's hosts call it. Returns the exit code. */
export async function runKlp(words: readonly string[]): Promise<number> {
  const screen = makeScreen()
  const wish = parseKlp(words)
  if (wish === undefined) {
    process.stderr.write(`${KLP_USAGE}\n`)
    return 1
  }
  if (wish.command === 'help') return say(screen, [KLP_USAGE])
  if (wish.command === 'version') return say(screen, [`klp (kmend) ${VERSION}`])
  const ports = makeHostPorts(() => {})
  if (ports.actor.uid !== 0) process.stderr.write(`${KLP_NOT_ROOT}\n`)
  switch (wish.command) {
    case 'status':
      return say(screen, [(await readStatus(ports)).state.kind])
    case 'check':
      return (await readStatus(ports)).state.kind === 'ready' ? 0 : 1
    case 'patches': {
      const { patches, coverage } = await readStatus(ports)
      return say(screen, formatKlpPatches(patches, wish.detail, coverage.kind === 'unknown' ? null : coverage.until))
    }
    case 'blocking':
      return say(screen, formatKlpBlocking(readBlocking(ports).tasks, wish.detail))
    case 'downgrade':
      return wish.mayAsk && !(await isWanted()) ? say(screen, ['nothing was changed']) : downgrade(screen)
  }
}

interface KlpWish {
  readonly command: 'help' | 'version' | 'status' | 'check' | 'patches' | 'blocking' | 'downgrade'
  readonly detail: number
  readonly mayAsk: boolean
}

/** Options may stand before the command or after it, and together: `-vv`, `-vn`. Undefined when it cannot be understood. */
export function parseKlp(words: readonly string[]): KlpWish | undefined {
  const long: Readonly<Record<string, string>> = { '--help': 'h', '--verbose': 'v', '--version': 'V', '--non-interactive': 'n' }
  const letters = words.flatMap((word) => (word.startsWith('-') ? (long[word] ?? word.slice(1)).split('') : []))
  const commands = words.filter((word) => !word.startsWith('-'))
  if (letters.some((letter) => !'hvVn'.includes(letter))) return undefined
  const detail = letters.filter((letter) => letter === 'v').length
  const mayAsk = !letters.includes('n')
  if (letters.includes('h')) return { command: 'help', detail, mayAsk }
  if (letters.includes('V')) return { command: 'version', detail, mayAsk }
  const command = COMMANDS.find((name) => name === commands[0])
  return command === undefined || commands.length !== 1 ? undefined : { command, detail, mayAsk }
}

const COMMANDS = ['status', 'check', 'patches', 'blocking', 'downgrade'] as const

function say(screen: Screen, lines: readonly string[]): 0 {
  for (const line of lines) screen.line(line)
  return 0
}

async function isWanted(): Promise<boolean> {
  const asker = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await asker.question('Replace the live patch in force by the version before it? [y/N] ')
  asker.close()
  return /^y(es)?$/i.test(answer.trim())
}

async function downgrade(screen: Screen): Promise<number> {
  const outcome = await downgradePatch({ reason: 'klp downgrade' }, makeHostPorts(screen.progress)).finally(screen.settle)
  say(screen, formatOutcome(outcome, screen))
  return exitOf(outcome)
}
