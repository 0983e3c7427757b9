import type { KeptPatch, LifecycleReport } from '../../../app/host/mod.ts'
import { formatColumns } from '../../columns.ts'
import type { Screen } from '../../screen.ts'
import { coverageText, date } from './status-text.ts'

/** No repository is followed yet, so that nothing is known of what could be had. */
export const NOTHING_AVAILABLE = 'not known: this host follows no repository; kmend apply takes a bundle, or the folder of a build'

/** The live patches that a host keeps, a line each. */
export function formatKept(patches: readonly KeptPatch[], { bold }: Pick<Screen, 'bold'>): string[] {
  if (patches.length === 0) return ['this host keeps no live patch']
  return formatColumns(
    patches.map(({ name, release, version, standing, why, isInForce, sinceMs }) => [
      bold(name),
      version === 0 ? 'no version' : `version ${version}`,
      release,
      `${isInForce ? 'in force, ' : ''}${STANDING[standing]} since ${date(sinceMs)}${why === null ? '' : `: ${why}`}`,
    ]),
  )
}

const STANDING: Readonly<Record<KeptPatch['standing'], string>> = {
  kept: 'kept',
  trial: 'on trial',
  accepted: 'accepted',
  quarantined: 'in quarantine',
}

/** Until when the installed kernels get live patches, a line each. */
export function formatLifecycle({ kernels, running, source }: LifecycleReport, { bold, bad }: Pick<Screen, 'bold' | 'bad'>): string[] {
  const rows = kernels.map(({ release, packageVersion, coverage }) => [
    release === running ? bold(release) : release,
    packageVersion ?? '(package not known)',
    `${coverageText(coverage, { bad })}${release === running ? ' (running)' : ''}`,
  ])
  return [
    ...(rows.length === 0 ? ['no kernel is installed in /boot'] : formatColumns(rows)),
    ...(source === null ? ['', 'No dates are known: there is neither /etc/kmend/lifecycle.json nor /usr/share/kmend/lifecycle.json.'] : []),
  ]
}
