import { Fault } from '../base/mod.ts'
import type { Atom } from './atoms.ts'
import type { Blame } from './plan.ts'

/** What a person wants left out of a live patch of an update: a file, all below a folder, or one item of a file. */
export interface Unwanted {
  readonly path: string
  readonly item?: string
  readonly reason: string
}

/** `path=reason` or `path:item=reason`. Faults: usage/without. */
export function parseUnwanted(text: string): Unwanted {
  const [, path, item, reason] = /^([^:=]+?)\/?(?::(\w+))?=\s*(\S.*)$/s.exec(text) ?? []
  if (path !== undefined && reason !== undefined) return { path, ...(item === undefined ? {} : { item }), reason }
  throw new Fault('usage/without', `Cannot leave out "${text}": a path, perhaps a function or type in it, and a reason are needed`, {
    try: "--without 'kernel/bpf/hashtab.c:htab_elem_set_ptr=maps that exist have the old form'",
  })
}

function formatUnwanted({ path, item }: Unwanted): string {
  return item === undefined ? path : `${path}:${item}`
}

/** The atoms that shall not be taken. All that names nothing of the update is told at once. Faults: usage/without. */
export function leaveUnwanted(atoms: readonly Atom[], unwanted: readonly Unwanted[]): Blame[] {
  const found = unwanted.map((one) => ({ one, blamed: atoms.filter((atom) => isMeant(atom, one)) }))
  const unknown = found.flatMap(({ one, blamed }) => (blamed.length === 0 ? [formatUnwanted(one)] : []))
  if (unknown.length > 0) {
    throw new Fault('usage/without', `Cannot leave out ${unknown.join(', ')}: the update changes nothing of that name`, {
      try: 'name a path below the source, and an item, as account.txt of this update has them',
    })
  }
  return found.flatMap(({ one, blamed }) =>
    blamed.map(({ id }) => ({ atom: id, why: { code: 'not-wanted', reason: `it was asked to be left out: ${one.reason}` } })),
  )
}

function isMeant({ file, items }: Atom, { path, item }: Unwanted): boolean {
  if (item !== undefined) return file === path && items.some(({ region }) => region.name === item || region.names.includes(item))
  return file === path || file.startsWith(`${path}/`)
}
