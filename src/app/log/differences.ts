import type { LogEntry } from '../../core/log/mod.ts'
import type { TakenMetadata } from './check-log.ts'

/** Both ways: what is served and the log does not have, and what the log has and is not served (any more, or yet). */
export function findDifferences(entries: readonly LogEntry[], served: readonly TakenMetadata[]): readonly string[] {
  const logged = new Map(entries.map((entry) => [entry.sha256, entry]))
  const secret = served
    .filter(({ repository, role, version, sha256 }) => {
      const entry = logged.get(sha256)
      return entry?.repository !== repository || entry.role !== role || entry.version !== version
    })
    .map(({ repository, role, version }) => `${repository}: ${role} version ${version} is served, and the log does not have it`)

  const versions = new Map(served.map(({ repository, role, version }) => [`${repository} ${role}`, version]))
  const newest = new Map(entries.map((entry) => [`${entry.repository} ${entry.role}`, entry]))
  const heldBack = [...newest].flatMap(([key, { repository, role, version }]) => {
    const seen = versions.get(key)
    if (seen !== undefined && seen >= version) return []
    return [`${repository}: the log has ${role} version ${version}, and ${seen === undefined ? 'none' : `version ${seen}`} is served`]
  })
  return [...new Set([...secret, ...heldBack])]
}
