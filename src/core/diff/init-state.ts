import type { Changes } from './changes.ts'
import { type Pair, isByContent, isSameItem } from './compare.ts'
import { EVERYWHERE, type Span, dataSetUp, dataUse, namesSetUp } from './data-use.ts'
import type { Inclusion } from './include.ts'
import type { Item } from './item.ts'
import type { Callback, CallbackTime } from './marks.ts'
import { isFreshCopyHarmless } from './names.ts'
import type { Note, Refusal } from './refusal.ts'
import { functionsRunOnce, keptFunctions } from './run-once.ts'

export interface InitState {
  readonly refusals: readonly Refusal[]
  readonly notes: readonly Note[]
  /** Names of other units that changed init code newly sets up: nothing that the patch brings may be among them. */
  readonly names: ReadonlySet<string>
  /** Those of them that it writes itself: nothing that replaced code newly uses may be among them. */
  readonly written: ReadonlySet<string>
  /** What pre-patch callbacks use. */
  readonly prepared: ReadonlySet<string>
}

/**
 * Data that changed init code sets up, and that a replaced function relies on, was never set up in the running kernel; nor is data that only changed
 * exit code cleans up ever cleaned up. Functions that only init code calls count as init code. A pre-patch callback that uses the data is taken to do
 * what init code would, and one before or after unpatching what exit code would.
 */
export function checkInitState(unit: string, request: Request): InitState {
  const { pair, changes, inclusion, callbacks } = request
  const codeOf = (times: readonly CallbackTime[]) =>
    addedFunctionsFrom(
      inclusion,
      callbacks.filter(({ when }) => times.includes(when)).map(({ item }) => item),
      changes,
    )
  const [preparing, cleaning] = [codeOf(['pre_patch']), codeOf(['pre_unpatch', 'post_unpatch'])]
  const [prepared, cleaned] = [dataUsedBy(inclusion, preparing), dataUsedBy(inclusion, cleaning)]

  const before = [...functionsRunOnce(pair.original, () => false)].filter((code) => !isExit(code))
  const knownNames = new Set(before.flatMap((code) => namesSetUp(pair.original, code)).map(({ name }) => name))
  const registered = keptFunctions(pair.original)
  const after = functionsRunOnce(pair.patched, (item) => !registered.has(pair.correlation.get(item) ?? item))
  const changed = [...after].filter((code) => isChanged(request, code))
  const newNames = changed
    .flatMap((code) => (isExit(code) ? [] : namesSetUp(pair.patched, code)))
    .filter(({ name }) => !knownNames.has(name))
  const setUps = findSetUps(request, changed, before)
  const users = findUsers(inclusion, { after, wanted: new Set(setUps.map(({ data }) => data)) })
  const relied = setUps.flatMap((setUp) => {
    const uses = users.get(setUp.data) ?? []
    return uses.length === 0 ? [] : [{ ...setUp, users: uses.map(({ user }) => wholeOf(pair, user)), isMissing: isMissing(setUp, uses) }]
  })
  const wanting = relied.filter(({ code }) => !isExit(code))
  const notSetUp = wanting.filter((found) => found.isMissing)
  const notCleanedUp = relied.filter(({ code, data }) => isExit(code) && !pair.correlation.has(data) && !cleaned.has(data))
  const others = wanting.filter(({ data }) => !prepared.has(data) && !notSetUp.some((found) => found.data === data))
  return {
    refusals: [
      ...notSetUp
        .filter(({ data }) => !prepared.has(data))
        .map(({ code, data, known }): Refusal => {
          const what = known.length === 0 ? 'it' : 'a part of it'
          const reason = `only ${describe(request, code)}, sets ${what} up for the replaced code`
          return { code: 'init-state', unit, subject: data.name, reason }
        }),
      ...notCleanedUp.map(({ code, data }): Refusal => {
        const reason = `the patch brings it, and only ${code.name}, which cannot be redirected, cleans it up when the module leaves`
        return { code: 'exit-state', unit, subject: data.name, reason }
      }),
    ],
    notes: [
      ...notSetUp
        .filter(({ data }) => prepared.has(data))
        .map(({ code, data }) => ({
          unit,
          subject: data.name,
          text: `${wholeOf(pair, code).name}, which has run already, would set it up: left to the pre-patch callback, which uses it`,
        })),
      ...[...Map.groupBy(others, ({ data }) => data)].map(([data, found]) => ({ unit, subject: data.name, text: adviseOn(pair, found) })),
    ],
    prepared: namesUsedBy(inclusion, preparing),
    names: new Set(newNames.map(({ name }) => name)),
    written: new Set(newNames.flatMap(({ name, access }) => (access === 'write' ? [name] : []))),
  }
}

interface Request {
  readonly pair: Pair
  readonly changes: Changes
  readonly inclusion: Inclusion
  readonly callbacks: readonly Callback[]
}

/** A variable that changed init code may set. */
interface SetUp {
  readonly code: Item
  readonly data: Item
  /** The places that it sets for certain. */
  readonly places: readonly Span[]
  /** The places that init code may have set in the running kernel. */
  readonly known: readonly Span[]
}

function findSetUps({ pair }: Request, changed: readonly Item[], before: readonly Item[]): SetUp[] {
  const known = Map.groupBy(
    before.flatMap((code) => dataSetUp(pair.original, code)),
    ({ data }) => data,
  )
  return changed.flatMap((code) => {
    // Marks and keys of which each function may have its own are no state that another one waits for.
    const state = dataSetUp(pair.patched, code).filter(({ data }) => !isFreshCopyHarmless(data.name) && !isByContent(data))
    return [...Map.groupBy(state, ({ data }) => data)].map(([data, uses]) => {
      const original = pair.correlation.get(data)
      return {
        code,
        data,
        places: uses.flatMap(({ certain }) => certain ?? []),
        known: (original === undefined ? [] : (known.get(original) ?? [])).map(({ possible }) => possible),
      }
    })
  })
}

interface Use {
  readonly user: Item
  /** What it uses for certain. */
  readonly place: Span | undefined
}

/** What uses each variable once the patch is there: code that runs later, and the entries of special sections (static keys and calls) that belong to it. */
function findUsers(inclusion: Inclusion, { after, wanted }: { after: ReadonlySet<Item>; wanted: ReadonlySet<Item> }): Map<Item, Use[]> {
  const runLater = inclusion.carried.filter((item) => !after.has(item))
  const uses = runLater.flatMap((user) =>
    (inclusion.links.get(user) ?? []).flatMap(({ reference }) => {
      const { target } = reference
      if (target.kind !== 'item' || !wanted.has(target.item)) return []
      const use = dataUse({ ...user, data: inclusion.code.get(user) ?? user.data }, reference)
      return use === undefined ? [] : [{ data: use.data, user, place: use.certain }]
    }),
  )
  const byEntries = inclusion.entries.flatMap(({ entry: { owner }, links }) =>
    links.flatMap(({ reference: { target } }) =>
      owner !== undefined && !after.has(owner) && target.kind === 'item' && wanted.has(target.item)
        ? [{ data: target.item, user: owner, place: EVERYWHERE }]
        : [],
    ),
  )
  // Other units may use what is global.
  const brought = inclusion.carried.filter((item) => item.kind === 'data' && item.bind === 'global' && wanted.has(item))
  return Map.groupBy([...uses, ...byEntries, ...brought.map((item) => ({ data: item, user: item, place: undefined }))], ({ data }) => data)
}

/** Whether a variable lacks in the running kernel what changed init code sets: all of it, or a place that no init code set before and that is used. */
function isMissing({ places, known }: SetUp, uses: readonly Use[]): boolean {
  if (known.length === 0) return true
  const isNew = (at: number) => !known.some(({ from, to }) => from <= at && at < to)
  return places.some((set) =>
    uses.some(({ place }) => {
      if (place === undefined) return false
      const [from, to] = [Math.max(set.from, place.from), Math.min(set.to, place.to)]
      return Array.from({ length: Math.max(to - from, 0) }, (_, i) => from + i).some(isNew)
    }),
  )
}

/** What the object does not tell: whether changed init code sets the same as the old one did. */
function adviseOn(pair: Pair, found: readonly { readonly code: Item; readonly users: readonly Item[] }[]): string {
  const codes = namesOfAll(found.map(({ code }) => wholeOf(pair, code)))
  const users = namesOfAll(found.flatMap((one) => one.users))
  return `set up by init code that changed and has run already (${codes}), and used by what the patch brings (${users}): check that what the old init code left there (values, sizes, what it registered) does for the new code`
}

function namesOfAll(items: readonly Item[]): string {
  const names = [...new Set(items.map(({ name }) => name))]
  return names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ')
}

function isChanged({ pair, changes }: Request, code: Item): boolean {
  return [code, wholeOf(pair, code)].some((item) => changes.changed.has(item) || changes.added.has(item))
}

function wholeOf({ patched }: Pair, item: Item): Item {
  return patched.coldPartOf.get(item) ?? item
}

function describe({ pair, changes }: Request, code: Item): string {
  const whole = wholeOf(pair, code)
  const isReached = whole.isInit || !changes.added.has(whole)
  return isReached ? `${whole.name}, which has run already` : `${whole.name}, which only init code that has run already leads to`
}

export function noteInit(unit: string, pair: Pair, changes: Changes): Note[] {
  const note = (item: Item, text: string): Note => ({ unit, subject: item.name, text: `${text}: left out` })
  const fateOf = (item: Item) => (isExit(item) ? 'cannot be redirected; when the module leaves, the old one runs' : 'has run already')
  const fateOfData = (item: Item) => (isExit(item) ? 'when the module leaves, the old one is used' : 'has been used already')
  const isInit = (item: Item) => item.isInit
  const data = [...pair.correlation].filter(
    ([item, original]) => item.isInit && item.kind === 'data' && !isFreshCopyHarmless(item.name) && !isSameItem(pair, original, item),
  )
  return [
    ...[...changes.changed].filter(isInit).map((item) => note(item, `changed, but it lies in ${item.section.name} and ${fateOf(item)}`)),
    ...[...changes.added].filter(isInit).map((item) => note(item, `new, but it lies in ${item.section.name} and nothing will run it`)),
    ...data.map(([item]) => note(item, `changed, but it lies in ${item.section.name} and ${fateOfData(item)}`)),
  ]
}

function namesUsedBy(inclusion: Inclusion, items: readonly Item[]): Set<string> {
  const references = items.flatMap((item) => inclusion.links.get(item) ?? []).map(({ reference }) => reference)
  return new Set(references.map(({ target }) => (target.kind === 'item' ? target.item.name : target.name)))
}

function isExit(item: Item): boolean {
  return item.section.name.startsWith('.exit.')
}

/** The callbacks and what they call of the patch's own, but nothing that is replaced. */
function addedFunctionsFrom(inclusion: Inclusion, roots: readonly Item[], changes: Changes): Item[] {
  const reached = new Set(roots)
  for (const item of reached) {
    for (const { link } of inclusion.links.get(item) ?? []) {
      if (link.kind === 'carried' && link.item.kind === 'function' && !changes.changed.has(link.item)) reached.add(link.item)
    }
  }
  return [...reached]
}

function dataUsedBy(inclusion: Inclusion, items: readonly Item[]): Set<Item> {
  const references = items.flatMap((item) => inclusion.links.get(item) ?? []).map(({ reference }) => reference)
  return new Set(references.flatMap(({ target }) => (target.kind === 'item' && target.item.kind === 'data' ? [target.item] : [])))
}
