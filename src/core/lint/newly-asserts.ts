import { type CFunction, ownName, textOf } from './c-text.ts'
import { bodyOf } from './change.ts'
import type { Rule, Sight } from './finding.ts'
import { type LedTo, ledTo, seeLedTo } from './led-to.ts'
import { narrowing } from './narrowing.ts'
import { argumentsFrom } from './parameters.ts'

/** An assertion that the code it replaces did not make. */
export const NEWLY_ASSERTS: Rule = {
  id: 'newly-asserts',
  why: 'it holds for what the new code makes and keeps; what the old code made, or left half done, need not meet it: a warning, which is a panic with panic_on_warn, or the end of a task or a guest, where nothing is wrong',
  check:
    'whether every object that exists and every call under way meets it; if not, leave the assertion out, or the part that relies on it',
  find: ({ functions }) => ledTo(functions).flatMap(sightsIn),
}

function sightsIn(led: LedTo): Sight[] {
  const { before, after, file } = led.code
  const [old, now] = [assertionsIn(textOf(before?.body ?? [])), assertionsIn(bodyOf(led.code))]
  const more = risenIn(now, old).filter(({ key }) => old.every((one) => narrowing(one.key, key) === undefined))
  if (more.length === 0) return []
  const all = risenIn(assertionsIn(file.after.text), assertionsIn(file.before.text))
  const isMoved = ({ key }: Assertion) => all.every((one) => one.key !== key)
  return more.flatMap((one): Sight[] => {
    if (isMoved(one)) return []
    const isGrave = one.call.includes('BUG') || (after !== undefined && readsState(one.condition, after))
    return [{ ...seeLedTo(led, `newly has ${one.call}(${one.condition})`, one.at), severity: isGrave ? 'stop' : 'careful' }]
  })
}

interface Assertion {
  readonly call: string
  readonly condition: string
  /** Tells it from others, whatever is done when it fails. */
  readonly key: string
  readonly at: number
}

function assertionsIn(text: string): Assertion[] {
  return [...text.matchAll(ASSERTS)].map(({ 0: all, 1: call = '', index }) => {
    const [first = '', second = ''] = argumentsFrom(text, index + all.length)
    const condition = (/^(?:dev|drm)_/.test(call) ? second : first).replace(/\s+/g, ' ').trim()
    return { call, condition, key: condition.replace(/folio/g, 'page').replace(/\s+/g, ''), at: index }
  })
}

/** Not what only debugging kernels compile. */
const ASSERTS =
  /(?<!\w)(?!(?:VM|DEBUG_NET|DEBUG_LOCKS|RCU_LOCKDEP|(?:MAYBE_)?BUILD)_)((?:[A-Za-z]+_)*?(?:BUG_ON|WARN_ON)(?:_ONCE)?|(?:dev_|drm_)?WARN(?:_ONCE|_RATELIMIT)?|BUG)\s*\(/g

/** Those that are made more often than there. */
function risenIn(now: readonly Assertion[], old: readonly Assertion[]): Assertion[] {
  const count = (all: readonly Assertion[], key: string) => all.filter((one) => one.key === key).length
  return now.filter(({ key }) => count(now, key) > count(old, key))
}

/** Whether it asks what objects hold: a member, or a variable that was read from one. */
function readsState(condition: string, { body }: CFunction): boolean {
  if (MEMBER.test(condition)) return true
  const text = textOf(body)
  return [...condition.matchAll(/(?<![\w.>])[a-z_]\w*\b(?!\s*\()/g)].some(([name]) =>
    [...text.matchAll(new RegExp(`${ownName(name)}\\s*=(?!=)([^;]*)`, 'g'))].some(([, value = '']) => MEMBER.test(value)),
  )
}

const MEMBER = /->|\w\.\w/
