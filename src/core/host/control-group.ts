/** Where a process belongs, as its control group tells. */
export interface ProcessHome {
  /** The innermost systemd service or scope. */
  readonly unit: string | undefined
  /** First twelve digits of the container's id, or its name. */
  readonly container: string | undefined
}

/** From the text of /proc/<pid>/cgroup: lines of `number:controllers:path`. */
export function parseControlGroup(text: string): ProcessHome {
  const paths = text.split('\n').map((line) => line.split(':').slice(2).join(':'))
  // The line without controllers is the unified hierarchy; older hosts name systemd's.
  const path = paths.findLast((candidate) => candidate.length > 1) ?? ''
  const parts = path.split('/')
  return { unit: parts.findLast((part) => /\.(service|scope)$/.test(part)), container: containerOf(path) }
}

function containerOf(path: string): string | undefined {
  const id = /(?:^|[/:-])([0-9a-f]{64})(?:\.scope|\/|$)/.exec(path)?.[1]
  if (id !== undefined) return id.slice(0, 12)
  return /\/(?:lxc\.payload\.|lxc\/|machine\.slice\/(?:systemd-nspawn@|machine-))([\w-]+)/.exec(path)?.[1]
}
