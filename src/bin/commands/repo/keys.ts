import { resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { changeKeys, listKeys, newKey, rotateKey } from '../../../app/repo/mod.ts'
import { makeRepoPorts } from '../../ports/repo-ports.ts'
import { makeScreen } from '../../screen.ts'
import { ACT_CODES, type RepoOptions, approver, runAct, withAct, withRepo } from './options.ts'
import { formatRoles } from './status-text.ts'

interface ChangeOptions extends RepoOptions {
  readonly add?: string
  readonly remove?: string
  readonly threshold?: number
}

/** Who has the say over what: key new, list, change; rotate. */
export function addKeyCommands(repo: Command): void {
  const key = repo.command('key').description('the keys of the roles')
  key
    .command('new')
    .argument('<file>', 'where the private half goes: a PEM file; the public one comes beside it, as .pub')
    .option('--json', 'print for machines')
    .description('make a key; it has no say over anything yet')
    .action(make)
  withRepo(key.command('list')).description('list the roles, their keys, and which of them are here').action(list)
  withAct(key.command('change'))
    .argument('<role>', 'root, targets, snapshot, timestamp, kernels, lifecycle, vulnerabilities, or a tier')
    .option('--add <file>', 'a public or private key that gets the say')
    .option('--remove <id>', 'a key that loses it, by the beginning of its id')
    .option('--threshold <count>', 'how many must sign', parseCount)
    .description('give a key the say over a role, take it away, or set how many must sign')
    .addHelpText('after', `\nExamples:\n  kmend repo key change stable --add second.pub --threshold 2\n${ACT_CODES}`)
    .action(async (role: string, { add, remove, threshold, ...options }: ChangeOptions) =>
      runAct(options, (folder, ports) =>
        changeKeys(folder, { role, add: add === undefined ? undefined : resolve(add), remove, threshold }, ports),
      ),
    )
  withAct(repo.command('rotate'))
    .argument('<role>', 'whose key is replaced: a role, or log')
    .option('--key <id>', 'which of its keys, by the beginning of its id (default: the only one)')
    .description('make a new key for a role in place of another')
    .addHelpText('after', `\nExamples:\n  kmend repo rotate timestamp\n${ACT_CODES}`)
    .action(async (role: string, options: RepoOptions & { readonly key?: string }) =>
      runAct(options, (folder, ports) => rotateKey(folder, { role, remove: options.key }, ports)),
    )
}

async function make(file: string, { json }: { readonly json?: true }): Promise<void> {
  const screen = makeScreen()
  const { id, key } = await newKey(resolve(file), makeRepoPorts(approver({})))
  if (json === true) return screen.line(JSON.stringify({ id, key }, null, 2))
  screen.line(`${screen.good('made')}  ${id}`)
}

async function list({ repo, json }: RepoOptions): Promise<void> {
  const screen = makeScreen()
  const roles = await listKeys(resolve(repo), makeRepoPorts(approver({})))
  if (json === true) return screen.line(JSON.stringify(roles, null, 2))
  for (const line of formatRoles(roles)) screen.line(line)
}

function parseCount(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('A number of signatures from 1 to 99 is expected.')
  return Number(text)
}
