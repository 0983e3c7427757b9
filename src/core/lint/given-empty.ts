import { areNear } from '../c/mod.ts'
import { memberNamed, textOf } from './c-text.ts'
import type { FileChange, FunctionChange } from './change.ts'
import { type Rule, type Sight, see } from './finding.ts'
import { isMaker } from './initialises.ts'
import { isKept } from './led-to.ts'

/** A known member that new objects are given empty, and that others newly rely on. */
export const GIVEN_EMPTY: Rule = {
  id: 'given-empty',
  why: 'nobody sets a member to nothing where the memory of new objects is zeroed: in objects that exist when the patch is applied anything may stand there, and the new code takes it for a value',
  check: 'whether the memory of older objects was zeroed (kzalloc, __GFP_ZERO, init_on_alloc=1), and who has written the member since',
  find: ({ files, functions }) => {
    const kept = functions.filter(isKept)
    return kept.filter(({ after }) => after !== undefined && isMaker(after)).flatMap((maker) => sightsIn(maker, kept, files))
  },
}

/** `foo->list = NULL;`, with the member. */
const GIVES_NOTHING = /^\s*[\w.\->[\]]*?(?:->|\.)(\w+)\s*=\s*(?:NULL|0|false)\s*;/

function sightsIn(maker: FunctionChange, kept: readonly FunctionChange[], files: readonly FileChange[]): Sight[] {
  const isNear = (file: FileChange) => areNear(file.path, maker.file.path)
  return maker.added.flatMap(({ at, text }): Sight[] => {
    const member = GIVES_NOTHING.exec(text)?.[1]
    if (member === undefined) return []
    const word = new RegExp(memberNamed(member))
    if (word.test(textOf(maker.before?.body ?? []))) return []
    const isKnown = files.some((file) => isNear(file) && word.test(file.before.text))
    const reader = kept.find((other) => other !== maker && isNear(other.file) && readsNewly(other, member))
    if (!isKnown || reader === undefined) return []
    return [see(maker, 'stop', `gives ${member} nothing in what it makes, and ${reader.name} newly reads it`, at)]
  })
}

/** On a new line, and not only written. */
function readsNewly({ added }: FunctionChange, member: string): boolean {
  const read = new RegExp(`${memberNamed(member)}(?!\\s*=[^=])`)
  return added.some(({ text }) => read.test(text))
}
