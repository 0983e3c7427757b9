import type { Changes } from './changes.ts'
import { type Pair, isSameItem } from './compare.ts'
import type { Inclusion } from './include.ts'
import type { Item } from './item.ts'
import type { Callback, CallbackTime } from './marks.ts'
import { isFreshCopyHarmless } from './names.ts'
import type { Note, Refusal } from './refusal.ts'
import { dataSetUp, functionsRunOnce, namesSetUp } from './run-once.ts'

export interface InitState {
  readonly refusals: readonly Refusal[]
  readonly notes: readonly Note[]
  /** Data of other units that changed init code sets up: nothing that the patch brings may be among it. */
  readonly names: ReadonlySet<string>
  /** What pre-patch callbacks use. */
  readonly prepared: ReadonlySet<string>
}

/**
 * Data that changed init code sets up, and that a replaced function relies on, was never set up in the running kernel; nor is data that only changed
 * exit code cleans up ever cleaned up. Functions that only init code calls count as init code. A pre-patch callback that uses the data is taken to do
 * what init code would, and one before or after unpatching what exit code would.
 */
export function checkInitState(
  unit: string,
  { pair, changes, inclusion, callbacks }: { pair: Pair; changes: Changes; inclusion: Inclusion; callbacks: readonly Callback[] },
): InitState {
  const runsOnce = functionsRunOnce(pair.patched)
  const before = [...functionsRunOnce(pair.original)]
  const known = new Set(before.flatMap((item) => dataSetUp(pair.original, item)))
  const knownNames = new Set(before.flatMap((item) => namesSetUp(pair.original, item)))
  const runLater = inclusion.carried.filter((item) => !runsOnce.has(item))
  const used = new Set([
    ...dataUsedBy(inclusion, runLater),
    ...inclusion.carried.filter((item) => item.kind === 'data' && item.bind === 'global'),
  ])
  const codeOf = (times: readonly CallbackTime[]) =>
    addedFunctionsFrom(
      inclusion,
      callbacks.filter(({ when }) => times.includes(when)).map(({ item }) => item),
      changes,
    )
  const [preparing, cleaning] = [codeOf(['pre_patch']), codeOf(['pre_unpatch', 'post_unpatch'])]
  const [prepared, cleaned] = [dataUsedBy(inclusion, preparing), dataUsedBy(inclusion, cleaning)]

  const changed = [...changes.changed, ...changes.added].filter((item) => runsOnce.has(item))
  const relied = changed.flatMap((code) =>
    [...new Set(dataSetUp(pair.patched, code))]
      .map((data) => ({ code, data, original: pair.correlation.get(data) }))
      .filter(({ data, original }) => used.has(data) && (original === undefined || !known.has(original))),
  )
  const notSetUp = relied.filter(({ code }) => !isExit(code))
  const notCleanedUp = relied.filter(({ code, data, original }) => isExit(code) && original === undefined && !cleaned.has(data))
  return {
    refusals: [
      ...notSetUp
        .filter(({ data }) => !prepared.has(data))
        .map(({ code, data }): Refusal => {
          const reason = `only ${code.name}, which has run already, sets it up for the replaced code`
          return { code: 'init-state', unit, subject: data.name, reason }
        }),
      ...notCleanedUp.map(({ code, data }): Refusal => {
        const reason = `the patch brings it, and only ${code.name}, which cannot be redirected, cleans it up when the module leaves`
        return { code: 'exit-state', unit, subject: data.name, reason }
      }),
    ],
    notes: notSetUp
      .filter(({ data }) => prepared.has(data))
      .map(({ code, data }) => ({
        unit,
        subject: data.name,
        text: `${code.name}, which has run already, would set it up: left to the pre-patch callback, which uses it`,
      })),
    prepared: namesUsedBy(inclusion, preparing),
    names: new Set(changed.flatMap((code) => (isExit(code) ? [] : namesSetUp(pair.patched, code))).filter((name) => !knownNames.has(name))),
  }
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
