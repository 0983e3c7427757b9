import { formatRefusal } from '../../app/build/mod.ts'
import type { UpdateOutcome } from '../../app/update/mod.ts'
import type { Screen } from '../screen.ts'
import { buildToJson } from './build-text.ts'

/** One screen for people; the whole account lies in the output folder. */
export function formatUpdate({ build, account, accountPath, rounds, unitCount, times }: UpdateOutcome, screen: Screen): string[] {
  const counts = (record: Readonly<Record<string, number>>) =>
    Object.entries(record)
      .map(([key, count]) => `${key} ${count}`)
      .join(', ')
  const total = Map.groupBy(times, (time) => time.stage)
  const shown = [...total].map(([stage, laps]) => `${stage} ${(laps.reduce((sum, lap) => sum + lap.ms, 0) / 1000).toFixed(1)}`)
  return [
    build.kind === 'built'
      ? `${screen.good('built')}  ${screen.bold(build.manifest.name)}: ${account.kernel} from ${account.from} towards ${account.to}`
      : build.kind === 'unchanged'
        ? `${screen.bold('nothing to patch')}  ${unitCount} units compiled, no running code differs`
        : `${screen.bad('cannot be live patched')}  nothing of the update can be taken:`,
    ...(build.kind === 'unpatchable'
      ? build.refusals.flatMap((refusal) => ['', ...formatRefusal(refusal).map((line) => `  ${line}`)])
      : []),
    '',
    `  files      ${counts(account.totals.files)}`,
    `  functions  ${counts(account.totals.functions)}`,
    ...(account.cves.length === 0 ? [] : [`  CVEs       ${counts(account.cveTotals)}`]),
    ...(Object.keys(account.totals.leftOut).length === 0 ? [] : [`  left out   ${counts(account.totals.leftOut)}`]),
    '',
    ...(build.kind === 'built'
      ? [`  module     ${build.module} (${build.manifest.module.sizeBytes} bytes)`, `  manifest   ${build.manifestPath}`]
      : []),
    `  account    ${accountPath.replace(/json$/, 'txt')} and .json: every changed function, and every CVE`,
    `  work       ${unitCount} units, ${rounds} round${rounds === 1 ? '' : 's'}; seconds: ${shown.join(', ')}`,
    ...(build.kind === 'built'
      ? ['', `Prove it on the kernel itself: kmend prove ${build.manifestPath.replace(/\/manifest\.json$/, '')}`]
      : []),
  ]
}

export function updateToJson(outcome: UpdateOutcome): unknown {
  return { ...outcome, build: buildToJson(outcome.build) }
}
