import {
  ACCOUNT_SCHEMA,
  type Account,
  type BuiltUnit,
  type Carrier,
  type Plan,
  accountFile,
  accountWhole,
  fixesBetween,
  joinCves,
  totalsOf,
} from '../../core/update/mod.ts'
import { sourceName } from '../../core/diff/mod.ts'
import type { Contents } from '../build/mod.ts'
import type { SourceTree } from '../source/mod.ts'
import { type UpdateFile, isSourceFile } from './difference.ts'
import type { UpdateRequest } from './request.ts'

export interface AccountRequest {
  readonly request: UpdateRequest
  readonly from: SourceTree
  readonly to: SourceTree
  readonly files: readonly UpdateFile[]
  readonly plan: Plan
  readonly unitsOf: ReadonlyMap<string, ReadonlySet<string>>
  /** What the live patch holds; undefined when nothing was built. */
  readonly contents: Contents | undefined
}

/** What became of every change of the update, and of every CVE that its changelog or the records name. */
export function makeAccount({ request, from, to, files, plan, unitsOf, contents }: AccountRequest): Account {
  const built = builtUnits(contents)
  const carriers = carriersByFunction(contents)
  const accounted = files.map((file) =>
    isSourceFile(file)
      ? accountFile(
          {
            path: file.path,
            after: file.after,
            atoms: file.atoms,
            unitsOf: (atom) => [...(unitsOf.get(atom.id) ?? [])],
            carriersOf: (name) => carriers.get(`${file.path} ${name}`),
          },
          plan,
          built,
        )
      : accountWhole(file.path, file.standing, file.reason),
  )
  const hasChangelog = to.changelog !== undefined && from.version !== undefined && to.version !== undefined
  const fixes = hasChangelog ? fixesBetween(to.changelog, from.version, to.version) : []
  const span = from.stable === undefined || to.stable === undefined ? undefined : { from: from.stable, to: to.stable }
  const cves = joinCves(fixes, request.cveRecords, accounted, span)
  return {
    schema: ACCOUNT_SCHEMA,
    kernel: request.release,
    from: from.shown,
    to: to.shown,
    totals: totalsOf(accounted),
    cveTotals: Object.fromEntries([...Map.groupBy(cves, (cve) => cve.standing)].map(([standing, members]) => [standing, members.length])),
    files: accounted,
    cves,
  }
}

/** By file and function, each carrier once. */
function carriersByFunction(contents: Contents | undefined): ReadonlyMap<string, readonly Carrier[]> {
  const carriers = new Map<string, Map<string, Carrier>>()
  for (const { file, function: name, carriedBy } of contents?.changes ?? []) {
    if (name === null) continue
    const known = carriers.get(`${file} ${name}`) ?? new Map<string, Carrier>()
    for (const by of carriedBy) known.set(`${by.unit} ${by.function}`, by)
    carriers.set(`${file} ${name}`, known)
  }
  return new Map([...carriers].map(([key, known]) => [key, [...known.values()]]))
}

function builtUnits(contents: Contents | undefined): Map<string, BuiltUnit> {
  const brought = [
    ...(contents?.objects ?? []).flatMap(({ functions }) => functions.map(({ unit, name }) => ({ unit, name, isLive: true }))),
    ...(contents?.added ?? []).map(({ unit, function: name, unreached }) => ({ unit, name, isLive: unreached !== true })),
  ]
  const namesOf = (functions: typeof brought) => new Set(functions.flatMap(({ name }) => [sourceName(name), name]))
  return new Map(
    [...Map.groupBy(brought, ({ unit }) => unit)].map(([unit, all]) => {
      const functions = namesOf(all.filter(({ isLive }) => isLive))
      const unreached = [...namesOf(all.filter(({ isLive }) => !isLive))]
      // Of a function in several copies one that is live will do.
      return [unit, { functions, unreached: new Set(unreached.filter((name) => !functions.has(name))) }]
    }),
  )
}
