import { ownName } from './c-text.ts'
import { type FunctionChange, bodyOf } from './change.ts'
import { argumentsFrom } from './parameters.ts'

/** Where code gets a pointer to the type. */
export interface Taking {
  /** What it is made of. */
  readonly what: string
  readonly at: number
  /** Whether what is around it, or before it in memory, is taken for the type. */
  readonly isContainer: boolean
  /** The variable that gets it. */
  readonly variable?: string
}

const AROUND = 'container_of(?:_const|_safe)?|(?:list|hlist|hlist_nulls|rb)_(?:first_|last_|next_|prev_)?entry(?:_safe|_or_null|_rcu)*'

export function takingsOf(type: string, code: FunctionChange): Taking[] {
  const body = bodyOf(code)
  if (!new RegExp(`\\bstruct\\s+${type}\\b`).test(body)) return []
  const around = [...body.matchAll(new RegExp(`\\b(?:${AROUND})\\s*\\(([^;]*?),\\s*struct\\s+${type}\\s*,`, 'g'))].map(
    ({ 1: what = '', index }) => ({ what, at: index, isContainer: true }),
  )
  const casts = [...body.matchAll(new RegExp(`\\(\\s*(?:const\\s+)?struct\\s+${type}\\s*\\*\\s*\\)\\s*([^;,]*)`, 'g'))].map(
    ({ 1: what = '', index }) => ({ what: upToClosing(what), at: index, isContainer: false }),
  )
  const assigned = pointersIn(type, body).flatMap((variable) =>
    [...body.matchAll(new RegExp(`${ownName(variable)}\\s*=(?!=)\\s*([^;]*)`, 'g'))].map(({ 1: what = '', index }) => ({
      what: upToClosing(what),
      at: index,
      isContainer: false,
      variable,
    })),
  )
  return [...around, ...assigned, ...casts]
}

/** `struct type *a, *b = x;` at the beginning of a statement. */
export function pointersIn(type: string, body: string): string[] {
  return [...body.matchAll(new RegExp(`^\\s*(?:const\\s+)?struct\\s+${type}\\s+(\\*[^;*][^;]*);`, 'gm'))].flatMap(([, list = '']) =>
    argumentsFrom(list).flatMap((one) => /^\s*\*\s*(?:const\s+|__\w+\s+)*(\w+)/.exec(one)?.[1] ?? []),
  )
}

function upToClosing(text: string): string {
  return argumentsFrom(text)[0] ?? ''
}
