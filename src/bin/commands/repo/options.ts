import { resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import type { ActOutcome, RepoPorts } from '../../../app/repo/mod.ts'
import { printable } from '../../../core/base/mod.ts'
import { makeRepoPorts } from '../../ports/repo-ports.ts'
import { makeScreen } from '../../screen.ts'
import { exitOfAct, formatAct } from './act-text.ts'

export interface RepoOptions {
  readonly repo: string
  readonly yes?: true
  readonly json?: true
}

export const ACT_CODES =
  '\nExit codes: 0 published, 3 it waits for signatures, 5 damaged, 7 not trusted, 8 refused, or not agreed to, 10 another publisher is at it.'

/** The options that every command for a publisher's folder has. */
export function withRepo(command: Command): Command {
  return command.option('--repo <folder>', "the publisher's folder", '.').option('--json', 'print for machines')
}

/** Of one that changes the repository: it shows first what it will sign. */
export function withAct(command: Command): Command {
  return withRepo(command).option('--yes', 'sign without asking')
}

/** Runs an act of the publisher, and says what became of it. */
export async function runAct(options: RepoOptions, act: (folder: string, ports: RepoPorts) => Promise<ActOutcome>): Promise<void> {
  const screen = makeScreen()
  const outcome = await act(resolve(options.repo), makeRepoPorts(approver(options)))
  process.exitCode = exitOfAct(outcome)
  if (options.json === true) return screen.line(JSON.stringify(outcome, null, 2))
  for (const line of formatAct(outcome, screen)) screen.line(line)
}

/** Shows what is about to be signed, on stderr, and asks; where nobody can be asked, the answer is no. */
export function approver({ yes }: { readonly yes?: true | undefined }): RepoPorts['approve'] {
  return async (lines) => {
    for (const line of lines) process.stderr.write(`${printable(line)}\n`)
    if (yes === true || !process.stdin.isTTY) return yes === true
    const asker = createInterface({ input: process.stdin, output: process.stderr })
    const answer = await asker.question('Sign and publish this? [y/N] ')
    asker.close()
    return /^y(es)?$/i.test(answer.trim())
  }
}
