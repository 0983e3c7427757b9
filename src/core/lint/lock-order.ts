import { areInOneCall, calls } from './calls.ts'
import type { FunctionChange } from './change.ts'
import { type Review, type Rule, type Sight, see } from './finding.ts'
import { type Lock, type LockStep, lockSteps } from './lock-steps.ts'

interface Edge {
  readonly outer: Lock
  readonly inner: Lock
  readonly at: number
}

/** Two locks that changed code takes in the other order than the code that it replaces. */
export const LOCK_ORDER: Rule = {
  id: 'lock-order',
  why: 'until the transition ends, tasks with the old code take the locks in the old order and tasks with the new code in the new one: two of them can wait for each other for ever',
  check: 'keep the old order, or show that the two orders never meet on the same pair of locks',
  find: (review) => {
    const before = edges(review, 'before')
    const after = edges(review, 'after')
    return after.flatMap(({ change, edge }): Sight[] => {
      const isReversed = (other: { readonly edge: Edge }) =>
        other.edge.outer.name === edge.inner.name && other.edge.inner.name === edge.outer.name
      const isOld = (other: { readonly edge: Edge }) =>
        other.edge.outer.name === edge.outer.name && other.edge.inner.name === edge.inner.name
      const was = before.find(isReversed)
      if (was === undefined || before.some(isOld)) return []
      const place = was.change.name === change.name ? 'before' : `in ${was.change.name} before`
      return [see(change, 'stop', `takes ${edge.inner.key} with ${edge.outer.key} held; ${place} it was the other way round`, edge.at)]
    })
  },
}

/** A lock newly taken under another one. */
export const LOCK_NESTED: Rule = {
  id: 'lock-nested',
  why: 'no lock checker has seen this order on the running kernel, and a live patch is loaded where a deadlock cannot be debugged',
  check: 'look for the opposite order elsewhere in the subsystem; run the change once with CONFIG_PROVE_LOCKING',
  find: (review) => {
    const before = edges(review, 'before')
    const seen = new Set(before.map(({ change, edge }) => `${change.name} ${edge.outer.key} ${edge.inner.key}`))
    const old = new Set(before.map(({ edge }) => `${edge.outer.name} ${edge.inner.name}`))
    return edges(review, 'after').flatMap(({ change, edge }): Sight[] => {
      const key = `${change.name} ${edge.outer.key} ${edge.inner.key}`
      const isNew =
        change.file.added.has(edge.at) ||
        takes(change, 'after').some(({ at, lock }) => lock.key === edge.outer.key && change.file.added.has(at))
      if (!isNew || seen.has(key) || old.has(`${edge.outer.name} ${edge.inner.name}`)) return []
      seen.add(key)
      return [see(change, 'careful', `newly takes ${edge.inner.key} with ${edge.outer.key} held`, edge.at)]
    })
  },
}

/** What protects something is another lock now, or none. */
export const LOCK_REPLACED: Rule = {
  id: 'lock-replaced',
  why: 'until the transition ends, old code relies on the old lock and new code does not take it: they do not exclude each other',
  check:
    'what the lock protects, and whether a task with old code can reach the same data meanwhile; if it can, keep taking the old lock as well',
  find: (review) =>
    review.functions.flatMap((change): Sight[] => {
      if (change.before === undefined || change.after === undefined) return []
      const lost = firstLost(change)
      if (lost === undefined) return []
      // Taken by one of the other changed functions instead: a part that was split off, or a caller that takes it now.
      const isMoved = review.functions.some((other) => other !== change && areInOneCall(other, change) && has(takes(other, 'after'), lost))
      if (isMoved) return []
      const before = exclusive(takes(change, 'before'))
      const got = exclusive(takes(change, 'after')).find((step) => !has(before, step))
      if (got !== undefined) return [see(change, 'stop', `takes ${got.lock.key} where it took ${lost.lock.key}`, got.at)]
      return [see(change, 'careful', `no longer takes ${lost.lock.key}`)]
    }),
}

/** A lock that moves between functions that are replaced together. */
export const LOCK_MOVED: Rule = {
  id: 'lock-moved',
  why: 'the functions that changed agree on who takes the lock, a task at a time; callers and callees that stay as they are still expect the old way',
  check:
    'that every caller of the function that no longer takes the lock is replaced too, and that none is reached by a pointer kept elsewhere',
  find: (review) =>
    review.functions.flatMap((change): Sight[] => {
      if (change.before === undefined || change.after === undefined) return []
      const lost = firstLost(change)
      if (lost === undefined) return []
      const taker = review.functions.find(
        (other) =>
          other !== change &&
          areInOneCall(other, change) &&
          !isPartOf(other, change) &&
          has(takes(other, 'after'), lost) &&
          !has(takes(other, 'before'), lost),
      )
      return taker === undefined ? [] : [see(change, 'careful', `leaves it to ${taker.name} to take ${lost.lock.key}`)]
    }),
}

/** A new function that takes over a part of the other one, which calls it: the lock is still taken there. */
function isPartOf(part: FunctionChange, whole: FunctionChange): boolean {
  return part.before === undefined && calls(whole, part)
}

/** A lock that no code took here before. */
export const LOCK_ADDED: Rule = {
  id: 'lock-added',
  why: 'tasks with old code do not take it: the new exclusion holds only once the transition has ended, and not at all against what started before and still runs',
  check:
    'that it is enough when the exclusion begins at the end of the transition; that the lock is initialised in objects that exist already',
  find: (review) =>
    review.functions.flatMap((change): Sight[] => {
      if (change.before === undefined || change.after === undefined) return []
      const before = takes(change, 'before')
      const got = exclusive(takes(change, 'after')).find((step) => change.file.added.has(step.at) && !has(before, step))
      return got === undefined || firstLost(change) !== undefined ? [] : [see(change, 'look', `newly takes ${got.lock.key}`, got.at)]
    }),
}

/** A lock that the function took and takes no more. */
function firstLost(change: FunctionChange): LockStep | undefined {
  const after = exclusive(takes(change, 'after'))
  return exclusive(takes(change, 'before')).find((step) => !has(after, step))
}

function has(steps: readonly LockStep[], { lock }: LockStep): boolean {
  return steps.some((step) => step.lock.name === lock.name)
}

function takes(change: FunctionChange, side: 'before' | 'after'): readonly LockStep[] {
  const func = change[side]
  return func === undefined ? [] : lockSteps(func).steps.filter(({ act }) => act === 'take')
}

function excludesNobody({ kind }: Lock): boolean {
  return kind === 'rcu' || kind === 'srcu'
}

function exclusive(steps: readonly LockStep[]): LockStep[] {
  return steps.filter(({ lock }) => !excludesNobody(lock))
}

function edges(review: Review, side: 'before' | 'after'): { readonly change: FunctionChange; readonly edge: Edge }[] {
  return review.functions.flatMap((change) =>
    exclusive(takes(change, side)).flatMap(({ lock, held, at }) =>
      held
        .filter((outer) => !excludesNobody(outer) && outer.name !== lock.name)
        .map((outer) => ({ change, edge: { outer, inner: lock, at } })),
    ),
  )
}
