import { type AddressUse, decodeInstructions, followAddress } from '../arch/mod.ts'
import type { Changes } from './changes.ts'
import { type Pair, isByContent } from './compare.ts'
import type { Inclusion, Link, LinkedReference } from './include.ts'
import type { Item } from './item.ts'
import { isFreshCopyHarmless, isNumbered, isStaticCallKey, isTrampoline, parentOfCold, sourceName } from './names.ts'
import { isOnceMark } from './once-marks.ts'
import type { Note } from './refusal.ts'

/** What code or data of the patch does with an address. */
interface Taking {
  readonly by: Item
  readonly how: 'stores' | 'hands' | 'returns' | 'takes' | 'holds'
  /** The function that it is handed to; undefined for one that is called by a pointer. */
  readonly to?: string | undefined
}

/**
 * Functions, data and constant tables that only the patch has and whose address its code gives away. The kernel may keep it when the live patch is
 * disabled (docs/decisions/0010). What merely reads, writes or calls them keeps nothing; whether a function that is called does, is not seen.
 */
export function noteHandedOut(
  unit: string,
  { pair, changes, inclusion }: { readonly pair: Pair; readonly changes: Changes; readonly inclusion: Inclusion },
): Note[] {
  const takings = takingsIn(inclusion, (link) => (link.kind === 'carried' && isOnlyHere(pair, changes, link.item) ? link.item : undefined))
  const isCopy = (item: Item) => changes.copiedConstants.has(item)
  return noteTakings(takings, (item, text) => ({ unit, subject: item.name, text: `${isCopy(item) ? 'a copy' : 'new'}, and ${text}` }))
}

interface Brought {
  readonly unit: string
  readonly inclusion: Inclusion
  readonly newGlobals: readonly Item[]
}

/** The same for what another unit of the patch gives away. */
export function noteHandedOutElsewhere(diffs: readonly Brought[]): Note[] {
  const known = new Map(
    diffs.flatMap((diff) =>
      diff.newGlobals.filter(isGivenAway).map((item): [string, { unit: string; item: Item }] => [item.name, { unit: diff.unit, item }]),
    ),
  )
  if (known.size === 0) return []
  return diffs.flatMap(({ unit, inclusion }) => {
    const takings = takingsIn(inclusion, (link) => (link.kind === 'symbol' ? known.get(link.name)?.item : undefined))
    return noteTakings(takings, (item, text) => ({
      unit,
      subject: item.name,
      text: `new in ${known.get(item.name)?.unit ?? unit}, and ${text}`,
    }))
  })
}

function isOnlyHere({ patched, correlation }: Pair, { added, copiedConstants }: Changes, item: Item): boolean {
  if (!isGivenAway(item) || patched.coldPartOf.has(item)) return false
  if (item.kind === 'function') return added.has(item)
  return !correlation.has(item) || (copiedConstants.has(item) && !isNumbered(item.name))
}

/** What the compiler or a macro makes for a call site, nobody looks for by its address. */
function isGivenAway(item: Item): boolean {
  // Both parts of a static call go to the kernel where it is to be changed, which keeps neither.
  if (isTrampoline(item.name) || isStaticCallKey(item.name)) return false
  if (item.kind === 'function') return true
  return item.kind === 'data' && item.size > 0 && !isByContent(item) && !isFreshCopyHarmless(item.name) && !isOnceMark(item)
}

function takingsIn(inclusion: Inclusion, itemOf: (link: Link) => Item | undefined): Map<Item, Taking[]> {
  const takings = new Map<Item, Taking[]>()
  for (const [from, links] of inclusion.links) {
    for (const linked of links) {
      const item = linked.reference.isBranch ? undefined : itemOf(linked.link)
      // Other places in a function are labels.
      if (item === undefined || (item.kind === 'function' && linked.link.offset !== 0)) continue
      if (item === from && item.kind === 'data') continue // a list that is empty
      takings.set(item, [...(takings.get(item) ?? []), ...takingsBy(from, links, linked)])
    }
  }
  return takings
}

function takingsBy(from: Item, links: readonly LinkedReference[], { reference: { offset } }: LinkedReference): Taking[] {
  if (from.kind === 'fragment') return [{ by: from, how: 'takes' }]
  if (isStaticCallKey(from.name)) return [] // to be called by the patch
  if (from.kind !== 'function') return [{ by: from, how: 'holds' }]
  const start = decodeInstructions(from.data).findLast((instruction) => instruction.offset <= offset)?.offset ?? 0
  return [...followAddress(from.data, start, offset)].flatMap((use) => takingOf(from, links, use))
}

function takingOf(by: Item, links: readonly LinkedReference[], use: AddressUse): Taking[] {
  switch (use.how) {
    case 'compared':
    case 'subtracted':
      return []
    case 'stored':
      return [{ by, how: 'stores' }]
    case 'returned':
      return [{ by, how: 'returns' }]
    case 'passed':
      return passedTo(by, links, use)
    case 'framed':
    case 'unclear':
    case 'lost':
      return [{ by, how: 'takes' }]
  }
}

/** Bytes of the longest x86 instruction. */
const LONGEST = 15

/** Functions that keep nothing that they are called with: locks, copies, comparisons, texts, random bytes, and shadow variables. */
const KEEPS_NOTHING =
  /^(_raw_(spin|read|write)_\w+|mutex_(lock|unlock|trylock|is_locked)\w*|(down|up)(_\w+)?|_*mem(cpy|move|set|cmp|chr)|str\w+|(_*copy|strncpy)_(to|from)_user\w*|_*(print|s(c?n)?print)k?f?|__nla_(parse|validate)|get_random_\w+|klp_shadow_\w+|static_key_\w+)$/

function passedTo(by: Item, links: readonly LinkedReference[], { at, isArgument, isResult }: AddressUse): Taking[] {
  const branch = links.find(({ reference: { offset, isBranch } }) => isBranch && offset > at && offset < at + LONGEST)?.reference
  const target = branch?.target
  const name = target?.kind === 'symbol' ? target.name : target?.item.name
  if (name === '__x86_return_thunk') return isResult ? [{ by, how: 'returns' }] : []
  // It goes on with its cold part, or from there.
  if (name !== undefined && (parentOfCold(name) === by.name || parentOfCold(by.name) === name)) return [{ by, how: 'takes' }]
  if (!isArgument || (name !== undefined && KEEPS_NOTHING.test(name))) return []
  return [{ by, how: 'hands', to: name?.startsWith('__x86_indirect_thunk') === true ? undefined : name }]
}

/** A note for each item that code gives away, with what lies in it; and for each table of which only that it holds addresses is seen. */
function noteTakings(takings: ReadonlyMap<Item, readonly Taking[]>, makeNote: (item: Item, text: string) => Note): Note[] {
  const given = new Map([...takings].flatMap(([item, all]) => (all.some(({ how }) => how !== 'holds') ? [[item, all]] : [])))
  const heldBy = new Map<Item, Item[]>()
  for (const [item, all] of takings)
    for (const { by, how } of all) if (how === 'holds' && !given.has(item)) heldBy.set(by, [...(heldBy.get(by) ?? []), item])
  const isReached = new Set(given.keys())
  for (const item of isReached) for (const held of heldBy.get(item) ?? []) isReached.add(held)
  return [
    ...[...given].map(([item, all]) => {
      const within = contentsOf(item, heldBy)
      const what =
        within.length === 0 ? 'its address' : `its address, and ${within.length === 1 ? 'that' : 'those'} of ${listNames(within)} in it,`
      return makeNote(item, `${listTakers(all)}: ${mayKeep(what)}; ${checkOf(item, all, within)}`)
    }),
    ...[...heldBy].flatMap(([holder, items]) => {
      if (isReached.has(holder)) return []
      const names = listNames(items)
      const text = `it holds ${items.length === 1 ? 'the address' : 'addresses'} of ${names}, and whether code that reads it there gives it away is not seen: ${mayKeep('such an address')}; ${checkOf(holder, [], items)}`
      return [makeNote(holder, text)]
    }),
  ]
}

/** All that lies in a table, and in what lies in it. */
function contentsOf(table: Item, heldBy: ReadonlyMap<Item, readonly Item[]>): Item[] {
  const found = new Set([table])
  for (const item of found) for (const held of heldBy.get(item) ?? []) found.add(held)
  return [...found].slice(1)
}

function mayKeep(what: string): string {
  return `the kernel may keep ${what} when the live patch is disabled, so its module has to stay in memory until the next boot, as kmend leaves it`
}

const QUEUES: readonly { readonly to: RegExp; readonly check: string }[] = [
  {
    to: /^_*call_\w*rcu\w*$/,
    check:
      'check that what it does then is right next to the old code: a callback that waits for RCU runs after that, unless a post-unpatch callback waits for it (rcu_barrier)',
  },
  {
    to: /^(init_timer_key|timer_init_key|hrtimer_(init|setup)\w*|tasklet_(init|setup)|\w*queue_(delayed_)?work\w*|task_work_add|irq_work_queue\w*)$/,
    check:
      'check that what it does then is right next to the old code: a timer or work that waits runs after that, unless a post-unpatch callback cancels it (timer_delete_sync, cancel_work_sync)',
  },
  {
    to: /^(kthread_create_on_\w+|kernel_thread)$/,
    check: 'check that the thread that runs it ends before: a pre-unpatch callback can stop it (kthread_stop)',
  },
]

function checkOf(item: Item, takings: readonly Taking[], within: readonly Item[]): string {
  const queue = QUEUES.find(({ to }) => takings.some((taking) => taking.to !== undefined && to.test(taking.to)))
  if (queue !== undefined && item.kind === 'function') return queue.check
  if (item.kind === 'function' || within.some(({ kind }) => kind === 'function'))
    return 'check that what it does then is right next to the old code, and whether work, a timer or RCU that has it must be cancelled or waited for in a post-unpatch callback'
  return 'check that what has it may go on using it next to the old code'
}

/** Who stores it has it kept, whatever it is handed to besides: a register may still hold it at the next call. */
function listTakers(takings: readonly Taking[]): string {
  const byTaker = Map.groupBy(takings, ({ by }) => (by.kind === 'fragment' ? 'alternative code' : sourceName(by.name)))
  return listNames([...byTaker].map(([name, mine]) => `${name} ${verbOf(mine)}`))
}

function verbOf(takings: readonly Taking[]): string {
  const ways = new Set(takings.map(({ how }) => how))
  if (ways.has('stores')) return 'stores it'
  if (ways.has('hands')) {
    const names = takings.flatMap(({ how, to }) =>
      how === 'hands' ? [to === undefined ? 'what it calls by a pointer' : sourceName(to)] : [],
    )
    return `hands it to ${listNames([...new Set(names)])}`
  }
  if (ways.has('returns')) return 'returns it'
  return ways.has('takes') ? 'takes it' : 'holds it'
}

function listNames(list: readonly (string | Item)[]): string {
  const names = list.map((one) => (typeof one === 'string' ? one : one.name))
  if (names.length > 4) return `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`
}
