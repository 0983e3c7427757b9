import type { Atom, AtomItem } from './atoms.ts'
import { type CFile, type Region, isIdentifier, tokensOf } from '../c/mod.ts'
import type { Plan } from './plan.ts'

/** What an update's change to something means for a kernel with the live patch loaded. */
export type Standing = 'live' | 'needs-reboot' | 'init-only' | 'not-compiled' | 'no-code'

/** One changed function, type, table or macro. */
export interface AccountRow {
  readonly file: string
  readonly item: string
  readonly kind: Region['kind'] | 'file'
  readonly standing: Standing
  /** Refusal code or one of the update's own; only where something is left out. */
  readonly code?: string
  readonly reason?: string
  /** Compiled functions that carry it, where it has none of its own. */
  readonly carriedBy?: readonly string[]
}

export interface AccountFile {
  readonly file: string
  readonly standing: Standing | 'partly'
  readonly rows: readonly AccountRow[]
}

/** What the built live patch does, by the source of the unit. */
export interface BuiltUnit {
  /** Names, in the object and in the source, of functions that are replaced, or brought along and called by something live. */
  readonly functions: ReadonlySet<string>
  /** The same of functions that are brought along and that nothing live leads to. */
  readonly unreached: ReadonlySet<string>
}

/** A compiled function of the live patch. */
export interface Carrier {
  readonly unit: string
  readonly function: string
}

export interface AccountFileInput {
  readonly path: string
  readonly after: CFile
  readonly atoms: readonly Atom[]
  /** Sources of units that an atom can reach. */
  readonly unitsOf: (atom: Atom) => readonly string[]
  /**
   * Compiled functions that carry a function of this file, as the objects and the compiler tell: none where no object differs for it. Undefined where
   * they do not tell.
   */
  readonly carriersOf?: (name: string) => readonly Carrier[] | undefined
}

/** Every item of a C file, one row each. */
export function accountFile(input: AccountFileInput, plan: Plan, built: ReadonlyMap<string, BuiltUnit>): AccountFile {
  const rows = input.atoms.flatMap((atom) => accountAtom(atom, input, plan, built))
  return { file: input.path, standing: standingOf(rows), rows }
}

/** A file that is not looked into. */
export function accountWhole(file: string, standing: Standing, reason: string): AccountFile {
  return { file, standing, rows: [{ file, item: file, kind: 'file', standing, reason }] }
}

export function standingOf(rows: readonly { readonly standing: AccountFile['standing'] }[]): AccountFile['standing'] {
  const has = (standing: AccountFile['standing']) => rows.some((row) => row.standing === standing)
  if (has('partly') || (has('live') && (has('needs-reboot') || has('init-only')))) return 'partly'
  return (['live', 'needs-reboot', 'init-only', 'no-code', 'not-compiled'] as const).find(has) ?? 'no-code'
}

function accountAtom(atom: Atom, input: AccountFileInput, plan: Plan, built: ReadonlyMap<string, BuiltUnit>): AccountRow[] {
  const items = atom.items.filter(({ region }) => region.kind !== 'include' && region.kind !== 'conditional')
  const row = (item: AtomItem | undefined, rest: Omit<AccountRow, 'file' | 'item' | 'kind'>): AccountRow => ({
    file: atom.file,
    item: item?.region.name ?? '(between items)',
    kind: item?.region.kind ?? 'conditional',
    ...rest,
  })
  if (!atom.isCode)
    return (items.length === 0 ? [undefined] : items).map((item) => row(item, { standing: 'no-code', reason: 'comments or blanks alone' }))
  const left = plan.leftOut.get(atom.id)
  if (left !== undefined) {
    const reach = input.unitsOf(atom)
    const standing = reach.length === 0 ? 'not-compiled' : 'needs-reboot'
    return (items.length === 0 ? [undefined] : items).map((item) =>
      row(
        item,
        item?.region.isInit === true
          ? { standing: 'init-only', reason: 'it has run already' }
          : { standing, code: left.code, reason: left.reason },
      ),
    )
  }
  return items.map((item) => row(item, standingOfTaken(item, atom, input, built)))
}

function standingOfTaken(
  { region, change }: AtomItem,
  atom: Atom,
  input: AccountFileInput,
  built: ReadonlyMap<string, BuiltUnit>,
): Pick<AccountRow, 'standing' | 'code' | 'reason' | 'carriedBy'> {
  const own = built.get(atom.file) ?? NOTHING
  if (region.names.some((name) => own.functions.has(name))) return { standing: 'live' }
  if (region.isInit) return { standing: 'init-only', reason: 'it has run already' }
  const reached = input.unitsOf(atom)
  const isLiveUnit = (unit: string) => (built.get(unit)?.functions.size ?? 0) > 0
  if (reached.length === 0) return { standing: 'not-compiled', reason: 'no unit of this kernel uses it' }
  const isOfC = atom.file.endsWith('.c')
  // All that named it has changed with it, and what came out otherwise is replaced.
  if (change === 'removed' && region.kind === 'function' && isOfC && own.functions.size > 0) return { standing: 'live', reason: NOT_USED }
  const told = input.carriersOf?.(region.name)
  // Of a header's function callers may stand in files that were not searched: none that are known is not none.
  const isTold = told !== undefined && (isOfC || told.length > 0)
  const carriers = isTold ? told.map((carrier) => shownCarrier(carrier, built)) : carriersByText(region, reached, input, built)
  if (carriers.length === 0) return { standing: 'no-code', reason: 'the compiled code is the same' }
  const live = carriers.filter(({ isLive }) => isLive).map(({ shown }) => shown)
  if (live.length === 0) return notCalled({ region, change }, carriers)
  if (change === 'removed') return { standing: 'live', reason: NOT_USED }
  // Of a header one can tell the units, not the functions.
  return isOfC
    ? { standing: 'live', carriedBy: live }
    : { standing: 'live', reason: `through units that use it: ${[...new Set(reached.filter(isLiveUnit))].slice(0, 6).join(', ')}` }
}

const NOT_USED = 'nothing that is replaced uses it any more'

const NOTHING: BuiltUnit = { functions: new Set(), unreached: new Set() }

interface ShownCarrier {
  readonly shown: string
  readonly isLive: boolean
}

function shownCarrier(carrier: Carrier, built: ReadonlyMap<string, BuiltUnit>): ShownCarrier {
  return { shown: `${carrier.function} (${carrier.unit})`, isLive: built.get(carrier.unit)?.unreached.has(carrier.function) !== true }
}

/** The patch has the code and nothing runs it: who calls it in the source is left out, or has run already. */
function notCalled(
  { region, change }: Pick<AtomItem, 'region' | 'change'>,
  carriers: readonly ShownCarrier[],
): Pick<AccountRow, 'standing' | 'code' | 'reason'> {
  // An inline function of a header that becomes one of a C file is removed and new.
  const what = change === 'removed' ? 'what takes its place' : 'it'
  const names = carriers.map(({ shown }) => shown)
  const isBrought = names.some((shown) => region.names.includes(shown.replace(/ .*/, '')))
  const where = isBrought ? 'nothing that is live calls it' : `nothing that is live calls what uses it: ${names.slice(0, 6).join(', ')}`
  return { standing: 'needs-reboot', code: 'not-called', reason: `${what} is in the patch, but ${where}` }
}

function carriersByText(
  region: Region,
  reached: readonly string[],
  { path, after }: AccountFileInput,
  built: ReadonlyMap<string, BuiltUnit>,
): readonly ShownCarrier[] {
  const { functions, unreached } = built.get(path) ?? NOTHING
  const own = new Set([...functions, ...unreached])
  if (path.endsWith('.c') && own.size > 0)
    return carriersOf(region, after, { all: own, live: functions }).map((name) => ({ shown: name, isLive: functions.has(name) }))
  return reached.flatMap((unit) => {
    const there = built.get(unit) ?? NOTHING
    return [...there.functions, ...there.unreached].map((name) => ({ shown: `${name} (${unit})`, isLive: there.functions.has(name) }))
  })
}

/**
 * Functions of the patch whose text leads to an item, through functions and macros of the same file. A function that is in the patch and not called may
 * be part of its callers, inlined.
 */
function carriersOf(
  region: Region,
  file: CFile,
  { all, live }: { readonly all: ReadonlySet<string>; readonly live: ReadonlySet<string> },
): string[] {
  const users = new Map<string, Set<string>>()
  for (const other of file.regions) {
    if (other.kind === 'include' || other.kind === 'conditional') continue
    for (const token of tokensOf(file, other)) {
      if (!isIdentifier(token)) continue
      const known = users.get(token) ?? new Set()
      for (const name of other.names) known.add(name)
      users.set(token, known)
    }
  }
  const reached = new Set(region.names)
  for (const name of reached) for (const user of users.get(name) ?? []) if (!live.has(name)) reached.add(user)
  return [...reached].filter((name) => all.has(name))
}

export interface AccountTotals {
  readonly files: Readonly<Record<string, number>>
  readonly functions: Readonly<Record<string, number>>
  /** How many rows were left out for each reason's code. */
  readonly leftOut: Readonly<Record<string, number>>
}

export function totalsOf(files: readonly AccountFile[]): AccountTotals {
  const rows = files.flatMap((file) => file.rows)
  return {
    files: countBy(files, (file) => file.standing),
    functions: countBy(
      rows.filter((row) => row.kind === 'function'),
      (row) => row.standing,
    ),
    leftOut: countBy(
      rows.filter((row) => row.code !== undefined),
      (row) => row.code ?? '',
    ),
  }
}

function countBy<T>(things: readonly T[], keyOf: (thing: T) => string): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(things, keyOf)].map(([key, members]) => [key, members.length] as const).toSorted(([, a], [, b]) => b - a),
  )
}
