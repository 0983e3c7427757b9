import { type Document, type Planned, refuse, revise, reviseArea } from './change.ts'
import type { Metadata, Root } from './metadata.ts'
import { type Circumstances, type Repository, areasOf, expiry } from './repository.ts'

/** What is past its expiry at a time, or will be. */
export interface Expiring {
  readonly repository: string
  readonly role: string
  readonly expires: string
}

export function expiringBy(repository: Repository, byMs: number): Expiring[] {
  const isDue = ({ signed }: Metadata) => Date.parse(signed.expires) <= byMs
  const all = [
    { repository: '*', role: 'root', metadata: repository.root as Metadata },
    ...areasOf(repository).flatMap(({ path, targets, snapshot, roles }) =>
      Object.entries({ targets, snapshot, ...roles }).map(([role, metadata]) => ({
        repository: path,
        role,
        metadata: metadata as Metadata,
      })),
    ),
  ]
  return all
    .filter(({ metadata }) => isDue(metadata))
    .map(({ repository: path, role, metadata }) => ({ repository: path, role, expires: metadata.signed.expires }))
}

/** Signs anew, with nothing else changed, what expires within a time. */
export function planRenew(repository: Repository, { withinMs }: { readonly withinMs: number }, circumstances: Circumstances): Planned {
  const { nowMs, lifetimes } = circumstances
  const due = expiringBy(repository, nowMs + withinMs)
  if (due.length === 0) return refuse([{ code: 'repo/order', text: 'nothing expires so soon' }])
  const isDue = (path: string, role: string) => due.some((one) => one.repository === path && one.role === role)
  const root: Document<Root>[] = isDue('*', 'root')
    ? [{ repository: '*', role: 'root', metadata: revise(repository.root, {}, expiry(nowMs, lifetimes.rootMs)), before: repository.root }]
    : []
  const areas = areasOf(repository)
    .filter(({ path }) => due.some((one) => one.repository === path))
    .flatMap((area) => {
      const roles = Object.keys(area.roles).filter((role) => isDue(area.path, role))
      const edit = { roles: Object.fromEntries(roles.map((role) => [role, undefined])) }
      return reviseArea(area, isDue(area.path, 'targets') ? { ...edit, targets: {} } : edit, circumstances)
    })
  return { kind: 'planned', change: { act: 'renew', atMs: nowMs, reason: null, bundles: [], documents: [...root, ...areas], files: [] } }
}
