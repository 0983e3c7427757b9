import { textOf } from './c-text.ts'
import type { FunctionChange } from './change.ts'
import { type Rule, type Sight, see } from './finding.ts'
import { isKept } from './led-to.ts'

/** What a member holds is taken for a number where it was a pointer, or for a pointer where it was a number. */
export const READ_AS_ANOTHER: Rule = {
  id: 'read-as-another',
  why: 'objects that exist hold what the old code put there, and it is read as the other thing; so does the old code, until the transition ends and when the patch is reverted, with what the new one puts there',
  check: 'who fills the member, and for which objects: keep what it holds, or leave the change out',
  find: ({ functions }) =>
    functions.filter(isKept).flatMap((change): Sight[] => {
      const [old, now] = [readingsIn(change.before), readingsIn(change.after)]
      return [...now].flatMap(([place, form]): Sight[] => {
        const was = old.get(place)
        return was === undefined || was === form ? [] : [see(change, 'stop', `takes ${place} for a ${form}, before for a ${was}`)]
      })
    }),
}

type Form = 'number' | 'pointer'

/** A member that a variable begins with, through a cast: only there is to be seen what it is taken for. */
const READING = /^\s*((?:const\s+)?(?:struct\s+)?\w+(?:\s+\w+)*?)\s*(\**)\s*\w+\s*=\s*(?:\([\w\s*]+\)\s*)?(\w+(?:(?:->|\.)\w+)+)\s*;/gm
const NUMBER =
  /^(?:const\s+)?(?:(?:unsigned|signed|long|int|short)\b\s*)+$|^(?:const\s+)?(?:_*[us](?:8|16|32|64)|u?int\d+_t|size_t|uintptr_t|kernel_ulong_t|bool)$/

/** By place, what it is taken for; not where one function takes it for both. */
function readingsIn(code: FunctionChange['before']): ReadonlyMap<string, Form> {
  const forms = new Map<string, Form | 'both'>()
  for (const [, type = '', stars = '', place = ''] of textOf(code?.body ?? []).matchAll(READING)) {
    const form = formOf(type.trim(), stars)
    const known = forms.get(place)
    if (form !== undefined) forms.set(place, known === undefined || known === form ? form : 'both')
  }
  return new Map([...forms].flatMap(([place, form]) => (form === 'both' ? [] : [[place, form] as const])))
}

function formOf(type: string, stars: string): Form | undefined {
  if (stars === '*' && /\bstruct\s+\w+$/.test(type)) return 'pointer'
  return stars === '' && NUMBER.test(type) ? 'number' : undefined
}
