import type { CheckReport } from '../../../app/host/mod.ts'

/** One line for a monitor: the state, what it is about, and figures behind the bar, as the guidelines for monitoring plugins have it. */
export function formatCheck(report: CheckReport): string {
  const { check } = report
  const text = check.findings.length > 0 ? check.findings.map((finding) => finding.text).join('; ') : inForceText(report)
  const limit = check.level === 'unknown' ? `only root may read what this host keeps; ${text}` : text
  return `${check.level.toUpperCase()} - ${oneLine(limit)} | ${formatFigures(report)}`
}

function inForceText({ status: { patches, fixes } }: CheckReport): string {
  const inForce = patches.filter(({ isEnabled }) => isEnabled)
  if (inForce.length === 0) return 'no live patch is in force'
  const names = inForce
    .map(({ name, ours }) => `${name}${ours === null || ours.version === 0 ? '' : ` version ${ours.version}`}`)
    .join(', ')
  const count = fixes.cves.length
  return `${names} in force${count === 0 ? '' : `, ${count} ${count === 1 ? 'CVE' : 'CVEs'} fixed`}`
}

/** `label=value[unit];warning;critical;minimum`. */
function formatFigures({ status, kept, deadlineMs }: CheckReport): string {
  const inForce = status.patches.filter(({ isEnabled }) => isEnabled)
  const functions = inForce.flatMap(({ objects }) => objects.flatMap((object) => object.functions)).length
  const { state } = status
  return [
    `patches=${inForce.length};;;0`,
    `functions=${functions};;;0`,
    `cves=${status.fixes.cves.length};;;0`,
    ...(kept === undefined ? [] : [`quarantined=${kept['quarantined'] ?? 0};;0;0`]),
    `transition=${state.kind === 'ready' || state.forMs === null ? 0 : Math.round(state.forMs / 1000)}s;;${Math.round(deadlineMs / 1000)};0`,
    ...(state.kind === 'in_progress' && state.tasks === null ? [] : [`blocking=${state.kind === 'ready' ? 0 : state.tasks};;;0`]),
  ].join(' ')
}

/** A bar would begin the figures. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '/').trim()
}
