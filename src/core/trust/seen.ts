import { kernelRepository } from './layout.ts'
import { type Repository, areasOf } from './repository.ts'

/** Versions by the TUF repository (`*` for what all share), by role: what somebody saw of a publisher's repository, that none of them may be lower from then on. */
export type Versions = Readonly<Record<string, Readonly<Record<string, number>>>>

/** Of a repository, as far as it was read. */
export function versionsOf(repository: Repository): Versions {
  const areas = areasOf(repository).map(({ path, timestamp, snapshot, targets, roles }) => {
    const own = { snapshot, targets, ...roles, ...(timestamp === undefined ? {} : { timestamp }) }
    return [path, Object.fromEntries(Object.entries(own).map(([role, { signed }]) => [role, signed.version]))] as const
  })
  return { '*': { root: repository.root.signed.version }, ...Object.fromEntries(areas) }
}

/** What a repository has gone back in, one line each. Of kernels that were not read only that they are listed still. */
export function findRollbacks(seen: Versions, repository: Repository): string[] {
  const now = versionsOf(repository)
  const listed = new Set(repository.listed.map(({ release }) => kernelRepository(release)))
  return Object.entries(seen).flatMap(([path, roles]) => {
    const found = now[path]
    if (found === undefined) return listed.has(path) ? [] : [`${path} is not there any more`]
    return Object.entries(roles).flatMap(([role, version]) => {
      const is = found[role]
      if (is !== undefined && is >= version) return []
      return [`${path} ${role} was version ${version}, and ${is === undefined ? 'is not there any more' : `is ${is}`}`]
    })
  })
}

/** The higher of both. */
export function mergeVersions(seen: Versions, more: Versions): Versions {
  const paths = new Set([...Object.keys(seen), ...Object.keys(more)])
  return Object.fromEntries([...paths].map((path) => [path, higher(seen[path] ?? {}, more[path] ?? {})]))
}

function higher(seen: Readonly<Record<string, number>>, more: Readonly<Record<string, number>>): Record<string, number> {
  const roles = new Set([...Object.keys(seen), ...Object.keys(more)])
  return Object.fromEntries([...roles].map((role) => [role, Math.max(seen[role] ?? 0, more[role] ?? 0)]))
}
