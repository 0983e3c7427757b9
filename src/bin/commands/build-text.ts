import { type BuildOutcome, formatRefusal } from '../../app/build/mod.ts'
import type { Manifest } from '../../core/bundle/mod.ts'
import { EXIT } from '../../core/base/mod.ts'
import { adviceOn } from '../../core/diff/mod.ts'
import type { Screen } from '../screen.ts'

/** One screen for people. */
export function formatBuild(outcome: BuildOutcome, screen: Screen): string[] {
  switch (outcome.kind) {
    case 'built':
      return formatBuilt(outcome, screen)
    case 'unchanged':
      return [
        `${screen.bold('nothing to patch')}  ${outcome.unitCount} unit${outcome.unitCount === 1 ? '' : 's'} compiled, no running code differs`,
        ...formatNotes(outcome.notes),
      ]
    case 'unpatchable':
      return [
        `${screen.bad('cannot be live patched')}  ${outcome.refusals.length} reason${outcome.refusals.length === 1 ? '' : 's'}:`,
        ...outcome.refusals.flatMap((refusal) => ['', ...formatRefusal(refusal).map((line) => `  ${line}`)]),
        ...formatNotes(outcome.notes),
      ]
  }
}

function formatBuilt(outcome: Extract<BuildOutcome, { kind: 'built' }>, screen: Screen): string[] {
  const { manifest, times } = outcome
  const total = times.reduce((sum, time) => sum + time.ms, 0)
  const fixes = [...manifest.fixes.cves, ...manifest.fixes.bugs]
  return [
    `${screen.good('built')}  ${screen.bold(manifest.name)} for ${manifest.kernel.release} (${manifest.kernel.packageVersion}, build-id ${manifest.kernel.buildId.slice(0, 12)})`,
    '',
    ...(manifest.objects.length === 0 ? ['  replaces no function'] : []),
    ...manifest.objects.flatMap((object) => [
      `  ${object.name}`,
      ...object.functions.map(
        (func) =>
          `    ${func.name}${func.sympos === 0 ? '' : ` (number ${func.sympos} of that name)`}  ${func.oldSizeBytes} to ${func.newSizeBytes} bytes  ${screen.dim(func.unit)}`,
      ),
    ]),
    ...(manifest.added.length === 0
      ? []
      : ['  new', ...manifest.added.map((added) => `    ${added.function}  ${added.sizeBytes} bytes  ${screen.dim(added.unit)}`)]),
    ...formatChanges(manifest, screen),
    ...formatAuthor(manifest, screen),
    ...(fixes.length === 0 ? [] : [`  fixes ${fixes.join(' ')}`]),
    ...formatNotes(manifest.notes),
    '',
    `  units     ${outcome.unitCount} compiled, ${new Set(manifest.objects.flatMap((object) => object.functions.map((func) => func.unit))).size} with functions to replace`,
    `  module    ${outcome.module} (${manifest.module.sizeBytes} bytes)`,
    `  manifest  ${outcome.manifestPath}`,
    `  time      ${(total / 1000).toFixed(1)} s: ${times.map((time) => `${time.stage} ${(time.ms / 1000).toFixed(1)}`).join(', ')}`,
    '',
    `Prove it on the kernel itself: kmend prove ${outcome.manifestPath.replace(/\/manifest\.json$/, '')}`,
  ]
}

/** Source functions whose code is, in part at least, in functions of another name: who looks for the fix would not find it by its name. */
function formatChanges({ changes }: Manifest, screen: Screen): string[] {
  const inlined = changes.filter(({ function: name, carriedBy }) => carriedBy.some((carrier) => carrier.function !== name))
  const lines = inlined.map(({ file, function: name, lines: { from, to }, carriedBy }) => {
    const shown = carriedBy.slice(0, 8).map((carrier) => carrier.function)
    const rest = carriedBy.length > 8 ? ` and ${carriedBy.length - 8} more` : ''
    return `    ${name} is in ${shown.join(', ')}${rest}  ${screen.dim(`${file}:${from}${to > from ? `-${to}` : ''}`)}`
  })
  return lines.length === 0 ? [] : ['  changed in the source', ...lines]
}

function formatAuthor({ callbacks, data, states }: Manifest, screen: Screen): string[] {
  return [
    ...callbacks.map(
      ({ object, when, function: name, unit }) => `  ${when.replace('_', '-')} callback of ${object}: ${name}  ${screen.dim(unit)}`,
    ),
    ...data.map(
      ({ object, name, unit, sizeBytes }) => `  sets ${name} of ${object}, ${sizeBytes} bytes, while it is applied  ${screen.dim(unit)}`,
    ),
    ...(states.length === 0 ? [] : [`  states ${states.map(({ id, version }) => `${id} (version ${version})`).join(', ')}`]),
  ]
}

function formatNotes(notes: readonly { readonly unit: string; readonly subject: string; readonly text: string }[]): string[] {
  return notes.map((note) => `  note: ${note.subject}${note.unit === note.subject ? '' : ` (${note.unit})`}: ${note.text}`)
}

export function buildToJson(outcome: BuildOutcome): unknown {
  if (outcome.kind !== 'unpatchable') return outcome
  const refusals = outcome.refusals.map((refusal) => {
    const { advice: _, ...rest } = refusal
    return { ...rest, try: adviceOn(refusal) }
  })
  return { ...outcome, refusals }
}

export function buildExit(outcome: BuildOutcome): number {
  return { built: EXIT.done, unchanged: EXIT.unchanged, unpatchable: EXIT.unpatchable }[outcome.kind]
}
