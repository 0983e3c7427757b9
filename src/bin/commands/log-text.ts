import type { Audit, Witness } from '../../app/log/mod.ts'
import { formatColumns } from '../columns.ts'
import type { Screen } from '../screen.ts'

/** More is for --json. */
const SHOWN = 15

export function showAudit({ origin, sizeBefore, size, entries, served, witnesses, alarms }: Audit, screen: Screen): void {
  for (const alarm of alarms) screen.line(`${screen.bad('alarm')}  ${alarm}`)
  const verdict = alarms.length === 0 ? screen.good('in order') : screen.bad('not in order')
  screen.line(
    `${verdict}  ${screen.bold(origin)}: ${size} entries, ${size - sizeBefore} of them new; ${served} files of role metadata are served`,
  )
  for (const line of formatWitnesses(witnesses, size)) screen.line(line)
  if (alarms.length > 0)
    screen.line('  What was being published just now is in order in a minute; what stays is to be told to the publisher and other readers.')
  if (entries.length > SHOWN) screen.line(`  the last ${SHOWN} of them (all: --json)`)
  const rows = entries
    .slice(-SHOWN)
    .map(({ timeMs, act, repository, role, version, bundles, reason }) => [
      new Date(timeMs).toISOString().slice(0, 16).replace('T', ' '),
      act,
      repository,
      `${role} ${version}`,
      [bundles.map(({ name }) => name).join(', '), reason ?? ''].filter((text) => text !== '').join(': '),
    ])
  for (const line of formatColumns(rows)) screen.line(`  ${line}`)
}

export function formatWitnesses(witnesses: readonly Witness[], size: number): string[] {
  return formatColumns(
    witnesses.map(({ name, size: seen, timeS }) => [
      `  ${name}`,
      `has seen ${seen} of ${size} entries`,
      timeS === null ? '' : `on ${new Date(timeS * 1000).toISOString()}`,
    ]),
  )
}

export function auditToJson({ checkpoint, ...audit }: Audit): unknown {
  return { schema: 'kmend/log-audit/1', ...audit, checkpoint: new TextDecoder().decode(checkpoint) }
}
