import type { Pair } from './compare.ts'
import type { Item, Reference } from './item.ts'
import { sourceName } from './names.ts'
import type { Note, Refusal } from './refusal.ts'

/** What the function of a kernel thread asks in its loop. */
const ASKS = new Set(['kthread_should_stop', 'kthread_should_park', 'kthread_freezable_should_stop', 'kthread_parkme'])
/** What makes a thread that runs the function of its first argument. */
const STARTS = new Set([
  'kthread_create_on_node',
  'kthread_create_on_cpu',
  'kthread_run_on_cpu',
  'create_io_thread',
  'vhost_task_create',
  'kernel_thread',
  'user_mode_thread',
])
/** Between an argument's instruction and the call, other arguments alone. */
const ARGUMENTS_BYTES = 64
const STARTED = 'a kernel thread is started to run it'

interface ThreadLoopRequest {
  readonly pair: Pair
  /** As the original has them. */
  readonly replaced: readonly Item[]
  readonly allowed: readonly string[]
  /** What the sources say: the compiler may put a thread's function far from the call that starts it, or that stands in another unit. */
  readonly stayIn: ReadonlyMap<string, string>
}

/**
 * Replaced functions that a kernel thread is in for as long as it lives. The kernel changes a task over only while no replaced function is on its stack, so
 * that with such a thread the transition does not end, and while it lasts no other live patch can be applied. Refused but for those that the author allows.
 */
export function checkThreadLoops(
  unit: string,
  { pair, replaced, allowed, stayIn }: ThreadLoopRequest,
): { readonly refusals: readonly Refusal[]; readonly notes: readonly Note[] } {
  const found = findThreadLoops(unit, { pair, replaced, stayIn })
  const isAllowed = ({ subject }: Note) => allowed.includes(subject)
  const refused = found.filter((loop) => !isAllowed(loop))
  return {
    notes: found.filter(isAllowed),
    refusals: refused.map(({ subject, text }) => ({ code: 'thread-loop', unit, subject, reason: text })),
  }
}

function findThreadLoops(unit: string, { pair: { original }, replaced, stayIn }: Omit<ThreadLoopRequest, 'allowed'>): Note[] {
  const started = new Set([...original.references.values()].flatMap(startedBy))
  return replaced.flatMap((item) => {
    const parts = [item, ...[...original.coldPartOf].flatMap(([cold, of]) => (of === item ? [cold] : []))]
    const asked = parts
      .flatMap((part) => original.references.get(part) ?? [])
      .map(nameOf)
      .find((name) => ASKS.has(name))
    const sign =
      asked === undefined
        ? (stayIn.get(sourceName(item.name)) ?? (started.has(item) ? STARTED : undefined))
        : `calls ${asked}, as the loop of a kernel thread does`
    if (sign === undefined) return []
    return [
      { unit, subject: item.name, text: `${sign}: while a thread is in it, the transition does not end and that thread runs the old code` },
    ]
  })
}

/** Functions that are handed over right before a call that starts a thread. */
function startedBy(references: readonly Reference[]): Item[] {
  const calls = references.filter((reference) => reference.isBranch && STARTS.has(nameOf(reference)))
  return calls.flatMap(({ offset }) => {
    const near = references.filter((other) => other.offset < offset && offset - other.offset <= ARGUMENTS_BYTES && !other.isBranch)
    const handed = near.flatMap(({ target }) =>
      target.kind === 'item' && target.offset === 0 && target.item.kind === 'function' ? [target.item] : [],
    )
    return handed.slice(-1)
  })
}

function nameOf({ target }: Reference): string {
  return target.kind === 'item' ? target.item.name : target.name
}
