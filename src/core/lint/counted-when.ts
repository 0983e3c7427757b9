import { type CFunction, textOf } from './c-text.ts'
import { bodyOf } from './change.ts'
import { type Rule, type Sight, see } from './finding.ts'
import { isKept } from './led-to.ts'
import { narrowing } from './narrowing.ts'
import { argumentsFrom } from './parameters.ts'
import { droppedIn, takenIn } from './references.ts'

/** What is counted for an object, or dropped, only while the object is in a state that was not asked before. */
export const COUNTED_WHEN: Rule = {
  id: 'counted-when',
  why: 'an object that old code has counted in the other state is not counted out again, or is counted out twice: the count stays wrong for as long as what it counts lives',
  check: 'objects that exist in the state that newly does not count: who has counted them, and who takes it back',
  find: ({ functions }) =>
    functions.filter(isKept).flatMap((change): Sight[] => {
      const [old, now] = [conditionalsIn(change.before), conditionalsIn(change.after)]
      const given = old.filter(({ condition }) => now.every((one) => one.condition !== condition))
      return now.flatMap(({ condition, block, line }): Sight[] => {
        const more = given.map((one) => narrowing(one.condition, condition)).find((one) => one !== undefined)
        const counted = countedIn(block) ?? droppedIn(block).find((kind) => !takenIn(bodyOf(change)).includes(kind))
        if (more === undefined || counted === undefined || !ASKS_STATE.test(more)) return []
        return [see(change, 'stop', `counts (${counted}) only where ${more}, too`, line)]
      })
    }),
}

interface Conditional {
  readonly condition: string
  /** What is done where it holds. */
  readonly block: string
  readonly line: number
}

function conditionalsIn(code: CFunction | undefined): Conditional[] {
  const text = textOf(code?.body ?? [])
  return [...text.matchAll(/^(\t*)(?:\} else )?if \(/gm)].map(({ 0: head, 1: indent = '', index }) => {
    const inner = argumentsFrom(text, index + head.length).join(',')
    const lines = text.slice(index + head.length + inner.length + 1).split('\n')
    const end = lines.findIndex((line, rank) => rank > 0 && /\S/.test(line) && !line.startsWith(`${indent}\t`))
    return {
      condition: inner.replace(/\s+/g, ' ').trim(),
      block: lines.slice(0, end < 0 ? undefined : end).join('\n'),
      line: (code?.body[0]?.at ?? 0) + text.slice(0, index).split('\n').length - 1,
    }
  })
}

/** A member, or a question to an object. */
const ASKS_STATE = /->|\w\.\w|(?:^|_)(?:is|has|test|running|active|enabled|up|present|empty)(?:_\w+)?\s*\(/

/** `dev_set_promiscuity` of one that is called with 1 and with -1. */
function countedIn(block: string): string | undefined {
  const steps = [...block.matchAll(/\b(\w+)\s*\([^;()]*,\s*(-?1)\)/g)]
  return steps.find(([, call, step]) => step === '1' && steps.some((other) => other[1] === call && other[2] === '-1'))?.[1]
}
