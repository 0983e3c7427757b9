import type { Changes } from './changes.ts'
import { type Pair, isSameItem } from './compare.ts'
import type { Item } from './item.ts'
import type { Marks } from './marks.ts'
import { parentOfCold, sourceName, stableName } from './names.ts'
import type { Note, Refusal, RefusalCode } from './refusal.ts'

export interface Obeyed {
  readonly changes: Changes
  /** Functions that are replaced because the patch says so. */
  readonly forced: readonly Item[]
  /** Functions and data that differ and are left as the running kernel has them because the patch says so. */
  readonly ignored: readonly Item[]
  /** All functions that the patch says to leave alone, whether they differ or not. */
  readonly left: ReadonlySet<Item>
  readonly refusals: readonly Refusal[]
  readonly notes: readonly Note[]
}

/** Takes into the changes what the patch says of itself; what it says of something that is not there, or that cannot be, is refused. */
export function obeyMarks(pair: Pair, changes: Changes, marks: Marks, unit: string): Obeyed {
  const { items } = pair.patched
  const refusals: Refusal[] = []
  const notes: Note[] = []
  const refuse = (code: RefusalCode, subject: string, reason: string) => refusals.push({ code, unit, subject, reason })
  const note = (subject: string, text: string) => notes.push({ unit, subject, text })
  const functionsNamed = (name: string) => {
    const found = items.filter((item) => item.kind === 'function' && isFunctionNamed(item, name))
    if (found.length === 0) refuse('mark-unknown', name, 'no compiled function has this name: it is inlined wherever it is called')
    return found
  }
  const dataNamed = (name: string) => {
    const found = items.filter((item) => item.kind === 'data' && isDataNamed(item, name))
    if (found.length === 0) refuse('mark-unknown', name, 'no variable of the compiled unit has this name')
    return found
  }

  const forced = marks.forced.flatMap(functionsNamed).filter((item) => pair.correlation.has(item))
  for (const item of forced.filter(({ isInit }) => isInit))
    refuse('mark-unfit', item.name, `it is to be replaced, and it lies in ${item.section.name} and has run already`)

  const inSections = items.filter(({ section }) => marks.ignoredSections.includes(section.name))
  const named = marks.ignoredFunctions.flatMap(functionsNamed)
  for (const item of named.filter((candidate) => changes.added.has(candidate)))
    refuse('mark-unfit', item.name, 'it is to be left as it is, and the running kernel has no such function')
  const toLeave = new Set([...named, ...inSections])
  for (const item of forced.filter((candidate) => toLeave.has(candidate)))
    refuse('mark-unfit', item.name, 'it is both to be replaced and to be left as it is')
  // Of a contradiction that is said already no other check need speak.
  const left = new Set([...toLeave].filter((item) => !forced.includes(item)))
  const ignored = [...left].filter((item) => changes.changed.has(item))

  const kept = [...marks.ignoredData.flatMap(dataNamed), ...inSections].filter(
    (item) => changes.changedData.includes(item) && isValueOnly(pair, item),
  )
  for (const item of new Set([...ignored, ...kept])) note(item.name, 'differs, and is left as the running kernel has it: the patch says so')
  for (const section of marks.ignoredSections)
    if (!inSections.some((item) => ignored.includes(item) || kept.includes(item)))
      note(section, 'the patch says to ignore what changes in this section, and nothing does')
  for (const name of marks.unsafe)
    note(name, 'cannot be replaced under a task that is in it: the livepatch core waits until each task has left it')
  for (const name of marks.strayCallbacks) refuse('mark-unknown', name, 'it is to be a callback, and another file defines it')
  for (const { id } of marks.states.filter((state) => state.id === 0n))
    refuse('mark-unfit', `state ${id}`, 'the kernel takes a state of number 0 as the end of the list')

  return {
    changes: {
      ...changes,
      changed: new Set([...changes.changed, ...forced].filter((item) => !ignored.includes(item))),
      changedData: changes.changedData.filter((item) => !kept.includes(item)),
    },
    forced,
    ignored: [...new Set([...ignored, ...kept])],
    left,
    refusals,
    notes,
  }
}

/** What calls a changed function that cannot be redirected has to be replaced, whatever the patch says. */
export function refuseReplaced(unit: string, left: ReadonlySet<Item>, replaced: readonly { readonly patched: Item }[]): Refusal[] {
  return replaced
    .filter(({ patched }) => left.has(patched))
    .map(({ patched }) => ({
      code: 'mark-unfit',
      unit,
      subject: patched.name,
      reason: 'it is to be left as it is, and it calls a changed function that cannot be redirected',
    }))
}

function isFunctionNamed(item: Item, name: string): boolean {
  return parentOfCold(item.name) === undefined && [item.name, ...item.aliases].some((own) => sourceName(own) === name)
}

/** A variable of a function stands in the object with a number after its name. */
export function isDataNamed(item: Item, name: string): boolean {
  return [item.name, ...item.aliases].some((own) => own === name || stableName(own) === name)
}

/** Only its value differs, not its size or where the kernel holds it. */
function isValueOnly(pair: Pair, item: Item): boolean {
  const original = pair.correlation.get(item)
  return original !== undefined && original.size === item.size && !isSameItem(pair, original, item)
}
