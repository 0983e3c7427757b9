import { resolve } from 'node:path'
import type { Command } from 'commander'
import { discardPending, finishRequest, signRequest } from '../../../app/repo/mod.ts'
import { EXIT } from '../../../core/base/mod.ts'
import { makeRepoPorts } from '../../ports/repo-ports.ts'
import { makeScreen } from '../../screen.ts'
import { ACT_CODES, type RepoOptions, approver, runAct, withRepo } from './options.ts'

interface SignOptions {
  readonly key: string
  readonly yes?: true
  readonly json?: true
}

/** What keys that are kept elsewhere must sign: sign, finish, discard. */
export function addRequestCommands(repo: Command): void {
  repo
    .command('sign')
    .argument('<request>', 'the file that a change waits for; the signature comes into it')
    .requiredOption('--key <file>', 'the private key, a PEM file')
    .option('--yes', 'sign without asking')
    .option('--json', 'print for machines')
    .description("add a key's signatures to a sign request; needs no network and no repository")
    .addHelpText(
      'after',
      '\nExamples:\n  kmend repo sign 5f0c….sign-request.json --key stable.pem\n\nExit codes: 0 signed, 5 the request or the key cannot be used, 8 not agreed to.',
    )
    .action(sign)
  withRepo(repo.command('finish'))
    .argument('<request>', 'the file, as it came back')
    .description('take the signatures of a sign request, and publish the change when none is lacking')
    .addHelpText('after', ACT_CODES)
    .action(async (request: string, options: RepoOptions) =>
      runAct(options, (folder, ports) => finishRequest(folder, { file: resolve(request) }, ports)),
    )
  withRepo(repo.command('discard'))
    .description('drop the change that waits for signatures')
    .addHelpText('after', '\nExit codes: 0 dropped, 3 none waits, 8 it has all signatures already.')
    .action(discard)
}

async function sign(request: string, { key, yes, json }: SignOptions): Promise<void> {
  const screen = makeScreen()
  const signed = await signRequest({ file: resolve(request), keyFile: resolve(key) }, makeRepoPorts(approver({ yes })))
  process.exitCode = signed.signed === 0 ? EXIT.refused : EXIT.done
  if (json === true) return screen.line(JSON.stringify(signed, null, 2))
  screen.line(
    signed.signed === 0
      ? 'nothing was signed: nobody agreed to it (--yes signs without asking)'
      : `${screen.good('signed')}  ${signed.signed} of ${signed.documents} metadata files, by ${signed.key}`,
  )
}

async function discard({ repo, json }: RepoOptions): Promise<void> {
  const screen = makeScreen()
  const dropped = await discardPending(resolve(repo), makeRepoPorts(approver({})))
  process.exitCode = dropped === undefined ? EXIT.unchanged : EXIT.done
  if (json === true) return screen.line(JSON.stringify({ act: dropped?.act ?? null }, null, 2))
  screen.line(dropped === undefined ? 'no change waits' : `${screen.good('dropped')}  ${dropped.act}`)
}
