import { type Refusal, adviceOn } from '../../core/diff/mod.ts'
import type { DiffStage } from './diff-stage.ts'

/** The diff's decisions as text, for the work folder. */
export function formatDiffReport(stage: DiffStage): string {
  const lines = [`${stage.changed.length} of ${stage.unitCount} units differ`]
  for (const { diff } of stage.changed) {
    lines.push('', diff.unit)
    for (const { original, patched } of diff.replaced) lines.push(`  replaced ${patched.name} (${original.size} to ${patched.size} bytes)`)
    for (const item of diff.added) lines.push(`  added    ${item.name} (${item.size} bytes)`)
    for (const item of diff.removed) lines.push(`  removed  ${item.name}`)
    for (const item of diff.inclusion.carried)
      if (item.kind !== 'function') lines.push(`  carried  ${item.kind} ${item.name} (${item.size} bytes)`)
    for (const { when, item } of diff.callbacks) lines.push(`  callback ${when} ${item.name}`)
    for (const { original } of diff.settings) lines.push(`  set      ${original.name} (${original.size} bytes)`)
    for (const { id, version } of diff.states) lines.push(`  state    ${id}, version ${version}`)
    const tables = Map.groupBy(diff.inclusion.entries, ({ entry }) => entry.table.section)
    for (const [table, entries] of tables) lines.push(`  entries  ${table}: ${entries.length}`)
  }
  for (const refusal of stage.refusals) lines.push('', ...formatRefusal(refusal))
  return `${lines.join('\n')}\n`
}

/** Function, reason, and what the author can do. */
export function formatRefusal(refusal: Refusal): string[] {
  return [`${refusal.subject} (${refusal.unit}): ${refusal.code}`, `  why: ${refusal.reason}`, `  try: ${adviceOn(refusal)}`]
}
