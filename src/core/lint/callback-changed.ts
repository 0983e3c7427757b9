import { type CFunction, lastMember } from './c-text.ts'
import { type Rule, type Sight, see } from './finding.ts'
import { callsOf } from './parameters.ts'

const SETS_UP = [
  'INIT_WORK',
  'INIT_DELAYED_WORK',
  'INIT_RCU_WORK',
  'INIT_DEFERRABLE_WORK',
  'timer_setup',
  'tasklet_setup',
  'kthread_init_work',
]

/** Work, timers and tasklets that are set up with another function than before. */
export const CALLBACK_CHANGED: Rule = {
  id: 'callback-changed',
  why: 'work items and timers that are set up already keep the function that they were given: it goes on being called, for as long as these objects live',
  check:
    'whether the old function still does what is needed with the new code around it; if not, make the old function the one that changes',
  find: ({ functions }) =>
    functions.flatMap((change): Sight[] => {
      const [old, now] = [callbacks(change.before), callbacks(change.after)]
      return [...now].flatMap(([field, callback]): Sight[] => {
        const was = old.get(field)
        if (was === undefined || was === callback) return []
        const line = change.added.find(({ text }) => text.includes(callback))?.at
        return [see(change, 'careful', `sets up ${field} with ${callback}, before with ${was}: what exists keeps ${was}`, line)]
      })
    }),
}

/** By member, the function that it is set up with; none where a function sets it up in two ways. */
function callbacks(func: CFunction | undefined): Map<string, string> {
  const found = SETS_UP.flatMap((call) =>
    callsOf(call, func?.body ?? []).flatMap(([what = '', callback = '']) => {
      const field = lastMember(what)
      return field === undefined || !/^\w+$/.test(callback) ? [] : [{ field, callback }]
    }),
  )
  const byField = Map.groupBy(found, ({ field }) => field)
  return new Map([...byField].flatMap(([field, [one, ...rest]]) => (one === undefined || rest.length > 0 ? [] : [[field, one.callback]])))
}
