import { resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { acceptOlderStore, publishCosigned, refreshRepository, renewRepository, repoStatus } from '../../../app/repo/mod.ts'
import { makeRepoPorts } from '../../ports/repo-ports.ts'
import { makeScreen } from '../../screen.ts'
import { formatWitnesses } from '../log-text.ts'
import { ACT_CODES, type RepoOptions, approver, runAct, withAct, withRepo } from './options.ts'
import { formatRefreshed, formatRepoStatus } from './status-text.ts'

const DAY_MS = 86_400_000

/** What keeps a repository believed: refresh, renew, cosign; and status. */
export function addUpkeepCommands(repo: Command): void {
  withRepo(repo.command('refresh'))
    .description('sign the timestamps anew, for a timer: hosts believe nothing older; go through with a change that was interrupted')
    .option('--accept-older', 'take a store that is behind what was published as it is: one that was lost, and brought back from a copy')
    .addHelpText('after', '\nExit codes: 0 done, 5 damaged, 7 not trusted, or behind what was published, 10 another publisher is at it.')
    .action(refresh)
  withAct(repo.command('renew'))
    .option('--within <days>', 'what expires in so many days', parseDays, 30)
    .description('sign anew what expires soon')
    .addHelpText('after', ACT_CODES)
    .action(async (options: RepoOptions & { readonly within: number }) =>
      runAct(options, (folder, ports) => renewRepository(folder, { withinMs: options.within * DAY_MS }, ports)),
    )
  withRepo(repo.command('cosign'))
    .argument('<file...>', 'what witnesses have sent: the states of kmend log witness')
    .description('publish how far witnesses have seen the log; no key is needed')
    .addHelpText(
      'after',
      '\nExamples:\n  kmend repo cosign one.note two.note\n\nExit codes: 0 published, 5 damaged, 7 cosigned by none of the witnesses in repo.toml, or not a state of this log, 10 another publisher is at it.',
    )
    .action(cosign)
  withRepo(repo.command('status'))
    .description('show what is in which tier, who has the say, when it expires, and what waits for whom')
    .action(status)
}

async function refresh({ repo, json, acceptOlder }: RepoOptions & { readonly acceptOlder?: true }): Promise<void> {
  const screen = makeScreen()
  const ports = makeRepoPorts(approver({}))
  if (acceptOlder === true) await acceptOlderStore(resolve(repo), ports)
  const refreshed = await refreshRepository(resolve(repo), ports)
  if (json === true) return screen.line(JSON.stringify(refreshed, null, 2))
  for (const line of formatRefreshed(refreshed, screen)) screen.line(line)
}

async function cosign(files: string[], { repo, json }: RepoOptions): Promise<void> {
  const screen = makeScreen()
  const paths = files.map((file) => resolve(file))
  const witnessed = await publishCosigned(resolve(repo), paths, makeRepoPorts(approver({})))
  if (json === true) return screen.line(JSON.stringify(witnessed, null, 2))
  screen.line(`${screen.good('published')}  how far witnesses have seen the log`)
  for (const line of formatWitnesses(witnessed.witnesses, witnessed.size)) screen.line(line)
}

async function status({ repo, json }: RepoOptions): Promise<void> {
  const screen = makeScreen()
  const found = await repoStatus(resolve(repo), makeRepoPorts(approver({})))
  if (json === true) return screen.line(JSON.stringify(found, null, 2))
  for (const line of formatRepoStatus(found, screen)) screen.line(line)
}

function parseDays(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('A number of days is expected.')
  return Number(text)
}
