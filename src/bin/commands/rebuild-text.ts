import type { RebuildOutcome } from '../../app/rebuild/mod.ts'
import type { Screen } from '../screen.ts'
import { formatBuild } from './build-text.ts'

/** More would not be one screen. */
const SHOWN = 10

/** What is the same and what is not, on one screen. */
export function formatRebuild(outcome: RebuildOutcome, screen: Screen): string[] {
  const { kind, name, version, release, output, otherTools, build, files, notCompared } = outcome
  const same = files.filter(({ isSame }) => isSame)
  const what = `${name} version ${version} for ${release}`
  return [
    kind === 'same' ? `${screen.good('the same')}  ${what}, byte for byte` : `${screen.bad('differs')}  ${what}`,
    ...section('other tools than those that it was built with', otherTools),
    ...(build === null ? [] : ['', 'building again makes no live patch:', ...formatBuild(build, screen).map((line) => `  ${line}`)]),
    ...files.flatMap((file) => (file.isSame ? [] : formatDifference(file))),
    ...section(
      'the same',
      same.map((file) => `${file.name}  ${screen.dim(file.rebuilt ?? '')}`),
    ),
    ...section(
      'not compared',
      notCompared.map((part) => `${part.name}: ${part.reason}`),
    ),
    '',
    `Built again in ${output}`,
  ]
}

function formatDifference({ name, bundled, rebuilt, differences }: RebuildOutcome['files'][number]): string[] {
  return section(`${name} differs`, [`bundle  ${bundled ?? 'has none'}`, `again   ${rebuilt ?? 'has none'}`, ...differences])
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return []
  const more = lines.length > SHOWN + 2 ? [`  and ${lines.length - SHOWN} more: --json has all`] : []
  const shown = more.length === 0 ? lines : lines.slice(0, SHOWN)
  return ['', title, ...shown.map((line) => `  ${line}`), ...more]
}
