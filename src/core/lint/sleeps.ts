import type { CFunction, CodeLine } from './c-text.ts'
import type { FunctionChange } from './change.ts'
import { type Review, type Rule, type Sight, see } from './finding.ts'
import { lockSteps } from './lock-steps.ts'
import { callableElsewhere, placesOf, textAt } from './places.ts'

const SLEEPING =
  /\b(mutex_lock(_\w+)?|down_(read|write)(_killable|_interruptible|_nested)?|msleep(_interruptible)?|usleep_range|ssleep|fsleep|schedule(_timeout\w*)?|wait_event(?!\w*_lock)\w*|wait_for_completion\w*|copy_(from|to)_user|synchronize_\w+|cond_resched|flush_(work|workqueue|delayed_work)|cancel_(delayed_)?work_sync|lock_sock|rtnl_lock|kthread_stop|free_irq|might_sleep|vmalloc|vzalloc)\s*\(|\bGFP_(KERNEL|USER|NOFS|NOIO|HIGHUSER)\w*/

export function sleepingCall(text: string): string | undefined {
  return SLEEPING.exec(text)?.[0].replace(/\s*\($/, '')
}

/** Code that may sleep now and could not before. */
export const NEWLY_SLEEPS: Rule = {
  id: 'newly-sleeps',
  why: 'a caller that may not sleep (under a spin lock, in an interrupt, in RCU) was sound with the old code; no build of the whole kernel with its sleep checks has seen the new one',
  check: 'every caller up to where sleeping is allowed; use GFP_ATOMIC or a lock that does not sleep otherwise',
  asksFor: ({ functions }) => callableElsewhere(functions.filter(beginsToSleep)),
  find: (review) =>
    review.functions.flatMap((change): Sight[] => {
      const { after, before } = change
      if (after === undefined) return []
      const added = change.added.flatMap((line) => sleeping(line))
      const [first] = added
      if (first === undefined) return []
      const { heldAt } = lockSteps(after)
      for (const { at, call } of added) {
        const held = heldAt(at).find(({ kind }) => kind === 'spin' || kind === 'rcu')
        if (held === undefined || hadSame(before, call, held.key)) continue
        return [see(change, held.kind === 'spin' ? 'stop' : 'careful', `${call} can sleep, with ${held.key} held`, at)]
      }
      if (!beginsToSleep(change)) return []
      return fromOutside(review, change.name).map(({ severity, what }) =>
        see(change, severity, `${first.call} can sleep, ${what}`, first.at),
      )
    }),
}

function sleeping(line: CodeLine): { readonly at: number; readonly call: string }[] {
  const call = sleepingCall(line.text)
  return call === undefined ? [] : [{ at: line.at, call }]
}

/** Nothing in it could sleep before, by its own text. */
function beginsToSleep({ before, added }: FunctionChange): boolean {
  return before !== undefined && added.some((line) => sleeping(line).length > 0) && !before.body.some((line) => sleeping(line).length > 0)
}

function hadSame(before: CFunction | undefined, call: string, lock: string): boolean {
  if (before === undefined) return false
  const { heldAt } = lockSteps(before)
  return before.body.some(({ at, text }) => sleepingCall(text) === call && heldAt(at).some(({ key }) => key === lock))
}

/** Where callbacks that may not sleep are set up. */
const ATOMIC_USE =
  /\b(timer_setup|tasklet_\w*|request_irq|hrtimer_\w*|call_rcu|netif_napi_add\w*|smp_call_function\w*|on_each_cpu\w*)\b|\.(ndo_start_xmit|ndo_get_stats64|function|handler|softirq\w*)\s*=/

function fromOutside(review: Review, name: string): Pick<Sight, 'severity' | 'what'>[] {
  const { calls, pointers } = placesOf(review, name)
  for (const { file, line, caller } of calls) {
    const held = lockSteps(caller)
      .heldAt(line)
      .find(({ kind }) => kind === 'spin' || kind === 'rcu')
    if (held !== undefined) {
      const severity = held.kind === 'spin' ? 'stop' : 'careful'
      return [{ severity, what: `and ${caller.name} (${file}:${line}) calls this function with ${held.key} held` }]
    }
  }
  const place = pointers.find((pointer) => ATOMIC_USE.test(textAt(review, pointer)))
  return place === undefined ? [] : [{ severity: 'careful', what: `and ${place.file}:${place.line} makes it a callback that may not` }]
}
