import { hasLandingPad } from '../arch/mod.ts'
import type { Changes } from './changes.ts'
import { type Pair, isByContent, isSameItem } from './compare.ts'
import type { Item, Reference, Target } from './item.ts'
import { isFreshCopyHarmless, isNumbered, parentOfCold, stableName } from './names.ts'
import type { Note, Refusal, RefusalCode } from './refusal.ts'
import { withoutConstants } from './runtime-constants.ts'
import { isRuntimeConstants } from './section-role.ts'
import type { SpecialEntry } from './special-sections.ts'

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
  readonly notes: readonly Note[]
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
    notes: [],
  }
}

interface Decision {
  readonly isEntry: boolean
  readonly refuse: (refusal: Refusal) => void
}

function decideLink(context: Context, from: Item, reference: Reference, decision: Decision): Link {
  const { target } = reference
  if (target.kind === 'symbol') return target
  if (target.item.isInit && !decision.isEntry) {
    decision.refuse(
      makeRefusal(context, 'init-reference', target.item.name, `${from.name} refers to it, and it lies in ${target.item.section.name}`),
    )
  }
  if (target.item.kind === 'function') return linkFunction(context, from, reference, target, decision)
  refuseUnclearEnd(context, from, reference, target, decision)
  return linkData(context, from, target, decision)
}

type ItemTarget = Extract<Target, { kind: 'item' }>

function linkFunction(context: Context, from: Item, reference: Reference, target: ItemTarget, decision: Decision): Link {
  const { pair, changes } = context
  const carried: Link = { kind: 'carried', item: target.item, offset: target.offset }
  const original = pair.correlation.get(target.item)
  const isPart = decision.isEntry || target.item === from || isPartOf(target.item, from) || isPartOf(from, target.item)
  if (original === undefined) return carried
  // Alternative code stands for a piece of a function and jumps back into that very function.
  if (from.kind === 'fragment' && (target.offset !== 0 || parentOfCold(target.item.name) !== undefined)) return carried
  // An address that is kept must be the original's, so that the kernel sees one identity; ftrace leads it to the new code.
  if (isPart && (decision.isEntry || reference.isBranch || target.offset !== 0 || isPartOf(target.item, from))) return carried
  if (changes.changed.has(target.item) && reference.isBranch) return carried
  // The kernel has it without a landing pad: nobody takes its address there, and an indirect call to it would be stopped.
  if (!reference.isBranch && target.offset === 0 && !hasLandingPad(original.data) && hasLandingPad(target.item.data)) return carried
  return { kind: 'original', item: original, offset: target.offset }
}

/**
 * In a section of several variables, `array + 64` may be the end of one or the start of the next. That makes no difference where the running
 * kernel has both, as far apart; an access relative to the instruction is to a variable, not to an end.
 */
function refuseUnclearEnd(context: Context, from: Item, reference: Reference, target: ItemTarget, decision: Decision): void {
  const { item, endOf } = target
  if (endOf === undefined || reference.bias !== 0 || decision.isEntry) return
  const { correlation } = context.pair
  const [before, after] = [correlation.get(endOf), correlation.get(item)]
  if (before !== undefined && after?.section === before.section && after.start - before.start === item.start - endOf.start) return
  decision.refuse(
    makeRefusal(
      context,
      'address-unclear',
      item.name,
      `${from.name} refers to the place in ${item.section.name} where ${endOf.name} ends and ${item.name} starts, and the object does not say which is meant`,
    ),
  )
}

function linkData(context: Context, from: Item, target: ItemTarget, decision: Decision): Link {
  const { pair, changes, ambiguous } = context
  const { item, offset } = target
  const carried: Link = { kind: 'carried', item, offset }
  if (isByContent(item) || changes.copiedConstants.has(item)) return carried
  const original = pair.correlation.get(item)
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
  return carried
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

function isPartOf(child: Item, parent: Item): boolean {
  return parentOfCold(child.name) === parent.name
}

function makeRefusal(context: Context, code: RefusalCode, subject: string, reason: string): Refusal {
  return { code, unit: context.unit, subject, reason }
}
