import { hasLandingPad } from '../arch/mod.ts'
import { isIdList } from './btf-ids.ts'
import type { Changes } from './changes.ts'
import { type Pair, isByContent, isSameItem } from './compare.ts'
import { type Item, type Reference, type Target, isReadOnly } from './item.ts'
import { holdsPlacesIn, isInside } from './label-tables.ts'
import { isFreshCopyHarmless, isNumbered, stableName } from './names.ts'
import type { Refusal, RefusalCode } from './refusal.ts'
import { withoutConstants } from './runtime-constants.ts'
import { isPerCpuSection } from './section-role.ts'
import { findUnclear } from './shared-section.ts'
import type { SpecialEntry } from './special-entries.ts'
import { isRuntimeConstants } from './special-sections.ts'

/** Where a reference of carried code or data leads in the patched kernel. */
export type Link =
  /** To something that the patch brings. */
  | { readonly kind: 'carried'; readonly item: Item; readonly offset: number }
  /** To something of the unit that the running kernel has. */
  | { readonly kind: 'original'; readonly item: Item; readonly offset: number }
  /** To something outside the unit. */
  | { readonly kind: 'symbol'; readonly name: string; readonly offset: number; readonly isWeak: boolean }

export interface LinkedReference {
  readonly reference: Reference
  readonly link: Link
}

export interface Inclusion {
  /** Everything of the patched object that the patch brings, in the object's order. */
  readonly carried: readonly Item[]
  readonly links: ReadonlyMap<Item, readonly LinkedReference[]>
  /** Code that differs from its item's data. */
  readonly code: ReadonlyMap<Item, Uint8Array>
  readonly entries: readonly { readonly entry: SpecialEntry; readonly links: readonly LinkedReference[] }[]
  readonly refusals: readonly Refusal[]
}

interface Request {
  readonly pair: Pair
  readonly changes: Changes
  readonly ambiguous: ReadonlySet<Item>
  readonly unit: string
}

interface Context extends Request {
  readonly namesakesOf: (item: Item) => readonly Item[]
}

/** Follows every reference from the roots and decides for each target: bring it along, or refer to the running kernel's. */
export function include(request: Request, roots: readonly Item[]): Inclusion {
  const { patched } = request.pair
  const context: Context = { ...request, namesakesOf: findNamesakes(request.pair) }
  const carried = new Set<Item>()
  const refusals = new Map<string, Refusal>()
  const links = new Map<Item, LinkedReference[]>()
  const code = new Map<Item, Uint8Array>()
  const entries: { entry: SpecialEntry; links: LinkedReference[] }[] = []
  const pending = [...roots]
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    if (carried.has(item)) continue
    carried.add(item)
    const follow = (reference: Reference, isEntry: boolean): LinkedReference => {
      const link = decideLink(context, item, reference, {
        isEntry,
        refuse: (refusal) => refusals.set(`${refusal.code} ${refusal.subject}`, refusal),
      })
      if (link.kind === 'carried') pending.push(link.item)
      return { reference, link }
    }
    const own = Map.groupBy(patched.entriesOf.get(item) ?? [], ({ table }) => isRuntimeConstants(table.section))
    const constants = withoutConstants(patched, item, own.get(true) ?? [])
    if (constants.references.length > 0) code.set(item, constants.code)
    for (const name of constants.stuck) {
      const reason = `the kernel writes the value of ${name} into it at boot, and would not into a copy`
      refusals.set(`runtime-constant ${item.name}`, makeRefusal(context, 'runtime-constant', item.name, reason))
    }
    const references = [...(patched.references.get(item) ?? []), ...constants.references]
    links.set(
      item,
      references.map((reference) => follow(reference, false)),
    )
    for (const entry of own.get(false) ?? []) {
      entries.push({ entry, links: entry.references.map((reference) => follow(reference, true)) })
    }
  }
  const rank = new Map(patched.entries.map((entry, index) => [entry, index]))
  return {
    carried: patched.items.filter((item) => carried.has(item)),
    links,
    code,
    entries: entries.toSorted((a, b) => (rank.get(a.entry) ?? 0) - (rank.get(b.entry) ?? 0)),
    refusals: [...refusals.values()],
  }
}

interface Decision {
  readonly isEntry: boolean
  readonly refuse: (refusal: Refusal) => void
}

function decideLink(context: Context, from: Item, reference: Reference, decision: Decision): Link {
  const { target } = reference
  if (target.kind === 'symbol') return target
  if (target.item.isInit && !decision.isEntry && !isOldReference(context.pair, from, target.item)) {
    decision.refuse(
      makeRefusal(context, 'init-reference', target.item.name, `${from.name} refers to it, and it lies in ${target.item.section.name}`),
    )
  }
  if (target.item.kind === 'function') return linkFunction(context, from, reference, target, decision)
  refuseUnclearPlace(context, from, reference, decision)
  return linkData(context, from, target, decision)
}

/** What the original refers to already (`__ref` in the source) brings no danger that the kernel does not know. */
function isOldReference({ original, correlation }: Pair, from: Item, to: Item): boolean {
  const [before, target] = [correlation.get(from), correlation.get(to)]
  if (before === undefined || target === undefined) return false
  return (original.references.get(before) ?? []).some((reference) => reference.target.kind === 'item' && reference.target.item === target)
}

type ItemTarget = Extract<Target, { kind: 'item' }>

function linkFunction(context: Context, from: Item, reference: Reference, target: ItemTarget, decision: Decision): Link {
  const { pair, changes } = context
  const carried: Link = { kind: 'carried', item: target.item, offset: target.offset }
  const original = pair.correlation.get(target.item)
  const { coldPartOf } = pair.patched
  const isPart = decision.isEntry || target.item === from || coldPartOf.get(target.item) === from || coldPartOf.get(from) === target.item
  if (original === undefined) return carried
  // Alternative code stands for a piece of a function and jumps back into that very function.
  if (from.kind === 'fragment' && (target.offset !== 0 || pair.patched.coldPartOf.has(target.item))) return carried
  // An address that is kept must be the original's, so that the kernel sees one identity; ftrace leads it to the new code.
  if (isPart && (decision.isEntry || reference.isBranch || target.offset !== 0 || coldPartOf.get(target.item) === from)) return carried
  // The address of a place inside a function is its own jump table's.
  if (from.kind !== 'function' && isInside(pair.patched, target) && changes.changed.has(coldPartOf.get(target.item) ?? target.item))
    return carried
  // Another unit's definition may stand for a weak one: only the kernel knows which is called.
  if (target.item.bind === 'weak' || target.item.isInit) return { kind: 'original', item: original, offset: target.offset }
  if (changes.changed.has(target.item) && reference.isBranch) return carried
  // The kernel has it without a landing pad: nobody takes its address there, and an indirect call to it would be stopped.
  if (!reference.isBranch && target.offset === 0 && !hasLandingPad(original.data) && hasLandingPad(target.item.data)) return carried
  return { kind: 'original', item: original, offset: target.offset }
}

/** Where the object does not tell which of two variables is meant, only the author can. */
function refuseUnclearPlace({ pair, unit }: Context, from: Item, reference: Reference, decision: Decision): void {
  const unclear = decision.isEntry ? undefined : findUnclear(pair, from, reference)
  if (unclear === undefined) return
  const { before, after } = unclear
  const subject = pair.correlation.has(after) ? before.name : after.name
  const reason = `${from.name} refers to a place in ${before.section.name} that may belong to ${before.name} or to ${after.name}, and the object does not say which is meant`
  const isKnown = pair.correlation.has(before) && pair.correlation.has(after)
  const advice = isKnown
    ? 'leave the variables of this section in the file as they are, in their order and their sizes'
    : apartAdvice(before)
  decision.refuse({ code: 'address-unclear', unit, subject, reason, advice })
}

/** How a new variable comes to lie in a section of its own, where no mark can be left off. */
function apartAdvice({ section: { name } }: Item): string | undefined {
  if (isPerCpuSection(name))
    return 'define the new variable with DEFINE_PER_CPU_SECTION(TYPE, NAME, "..NAME"), so that it gets a section of its own: each CPU has it all the same'
  if (isOnceSection(name)) return 'do what the new mark guards under a static variable of your own, which has no section mark'
  return undefined
}

/** The marks of `WARN_ON_ONCE`, `DO_ONCE` and such; with two dots since 6.12. */
function isOnceSection(name: string): boolean {
  return /^\.data\.{1,2}once$/.test(name)
}

function linkData(context: Context, from: Item, target: ItemTarget, decision: Decision): Link {
  const { pair, changes, ambiguous } = context
  const { item, offset } = target
  const carried: Link = { kind: 'carried', item, offset }
  if (isIdList(item)) refuseOtherIds(context, from, item, decision)
  if (isByContent(item) || changes.copiedConstants.has(item)) return carried
  const original = pair.correlation.get(item)
  if (original !== undefined && holdsPlacesIn(pair.patched, item, changes.changed)) {
    // The kernel's table leads into the code that is replaced: the new code must not jump there.
    if (isReadOnly(item) && item.bind === 'local') return carried
    const reason = `it holds places inside a function that is replaced, and it is not a constant of that function`
    const advice = 'leave that function as it is, and change one that calls it or is called by it instead'
    decision.refuse({ ...makeRefusal(context, 'data-changed', item.name, reason), advice })
  }
  if (original !== undefined) {
    const isFresh = isFreshCopyHarmless(item.name) && !isSameItem(pair, original, item)
    return isFresh ? carried : { kind: 'original', item: original, offset }
  }
  if (isNumbered(item.name) && !isFreshCopyHarmless(item.name)) {
    const namesakes = context.namesakesOf(item)
    if (ambiguous.has(item)) {
      decision.refuse(
        makeRefusal(
          context,
          'static-local-ambiguous',
          item.name,
          `${from.name} uses it, and it could be ${namesakes.length === 1 ? 'one that the running kernel has, or a new one' : `any of ${namesakes.length} that the running kernel has`}`,
        ),
      )
    } else if (namesakes.length > 0) {
      decision.refuse(
        makeRefusal(
          context,
          'data-resized',
          item.name,
          `${from.name} uses it with ${item.size} bytes; the running kernel has it with ${namesakes[0]?.size}`,
        ),
      )
    }
  }
  refuseMovedOut(context, from, item, decision)
  return carried
}

/** A writable variable of the file that was a function's own before: the state stays behind in the running kernel's. */
function refuseMovedOut(context: Context, from: Item, item: Item, decision: Decision): void {
  if (isNumbered(item.name) || isReadOnly(item)) return
  const [own] = context.namesakesOf(item).filter((namesake) => isNumbered(namesake.name) && !isReadOnly(namesake))
  if (own === undefined) return
  const reason = `${from.name} uses it, and it could be ${own.name}, a static variable of a function in the running kernel, or a new one`
  decision.refuse(makeRefusal(context, 'static-local-ambiguous', item.name, reason))
}

/** Nobody writes numbers into a list that a live patch brings, nor more of them into the running kernel's. */
function refuseOtherIds(context: Context, from: Item, list: Item, decision: Decision): void {
  const original = context.pair.correlation.get(list)
  if (original !== undefined && isSameItem(context.pair, original, list)) return
  const what = original === undefined ? 'is new' : 'is another than in the running kernel'
  const reason = `${from.name} uses this list of BTF ids, which ${what}: its numbers are written when the kernel is linked`
  decision.refuse(makeRefusal(context, 'ids-changed', list.name, reason))
}

/** Data of the original that nothing of the patched object continues, by its name without numbers. */
function findNamesakes({ original, correlation }: Pair): Context['namesakesOf'] {
  const group = () => {
    const taken = new Set(correlation.values())
    const unclaimed = original.items.filter((item) => item.kind === 'data' && !taken.has(item))
    return Map.groupBy(unclaimed, (item) => stableName(item.name))
  }
  let byName: ReturnType<typeof group> | undefined
  return ({ name }) => (byName ??= group()).get(stableName(name)) ?? []
}

function makeRefusal(context: Context, code: RefusalCode, subject: string, reason: string): Refusal {
  return { code, unit: context.unit, subject, reason }
}
