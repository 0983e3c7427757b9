import { basename } from 'node:path'
import type { Refreshed, RepoStatus, RoleListing } from '../../../app/repo/mod.ts'
import { formatColumns } from '../../columns.ts'
import type { Screen } from '../../screen.ts'
import { formatWitnesses } from '../log-text.ts'
import { short } from './act-text.ts'

export function formatRepoStatus({ fingerprint, place, roles, kernels, witnessed, pending }: RepoStatus, screen: Screen): string[] {
  return [
    `${screen.bold('repository')}  ${place}`,
    `  fingerprint  ${fingerprint}`,
    ...formatPending(pending, screen),
    ...kernels.flatMap(({ release, until, tiers }) => [
      `${screen.bold(release)}${until === null ? '' : `  until ${until}`}`,
      ...formatColumns(
        tiers.flatMap(({ tier, offers }) =>
          offers.map(({ offer: { name, version, retracted } }) => [
            `  ${tier}`,
            name,
            `version ${version}`,
            retracted === undefined ? '' : `retracted: ${retracted.reason}`,
          ]),
        ),
      ),
    ]),
    screen.bold('roles'),
    ...formatRoles(roles),
    ...(witnessed.witnesses.length === 0 ? [] : [screen.bold('witnesses'), ...formatWitnesses(witnessed.witnesses, witnessed.size)]),
  ]
}

export function formatRoles(roles: readonly (RoleListing & { readonly expires?: string | null })[]): string[] {
  return formatColumns(
    roles.map(({ role, threshold, keys, expires }) => [
      `  ${role}`,
      `${threshold} of ${keys.map(({ id, file }) => `${short(id)}${file === null ? '' : ` (${basename(file)})`}`).join(', ')}`,
      expires === undefined || expires === null ? '' : `until ${expires}`,
    ]),
  )
}

function formatPending(pending: RepoStatus['pending'], screen: Screen): string[] {
  if (pending === null) return []
  if (pending.isComplete) return [`  ${screen.bold('interrupted')}  ${pending.act}: kmend repo refresh goes through with it`]
  return [
    `  ${screen.bold('waiting')}  ${pending.act}`,
    ...pending.lacks.map(({ repository, role, count, keyIds }) => `    ${repository} ${role}: ${count} of ${keyIds.map(short).join(', ')}`),
    ...(pending.request === null ? [] : [`    ${pending.request}`]),
  ]
}

export function formatRefreshed({ repositories, until, expiring }: Refreshed, screen: Screen): string[] {
  return [
    `${screen.good('refreshed')}  ${repositories} timestamps, until ${until}`,
    ...expiring.map(({ repository, role, expires }) => `  ${repository} ${role} expires ${expires}: kmend repo renew`),
  ]
}
