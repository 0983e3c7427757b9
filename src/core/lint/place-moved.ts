import { textOf } from './c-text.ts'
import type { FunctionChange } from './change.ts'
import { type Rule, type Sight, see } from './finding.ts'
import { isKept } from './led-to.ts'

/** What objects hold beyond their members, kept at another place than before. */
export const PLACE_MOVED: Rule = {
  id: 'place-moved',
  why: 'objects that exist when the patch is applied keep it where the old code put it: the new code reads something else there, and so does the old code of what the new one stores',
  check: 'for which objects both ways of reckoning lead to the same place; tell the others apart, or leave the change out',
  find: ({ functions }) => {
    const moves = functions.filter(isKept).flatMap((change) => movesIn(change))
    return moves.flatMap(({ change, isStored, was, is }): Sight[] => {
      const other = moves.find(
        (move) => move.isStored !== isStored && move.was === was && move.is === is && move.change.file === change.file,
      )
      if (other === undefined) return []
      const [does, has] = isStored ? ['stores', 'reads'] : ['reads', 'stores']
      return [see(change, 'stop', `${does} at ${is}, before at ${was}, where ${other.change.name} ${has} it`)]
    })
  },
}

/** Before a place that is reckoned out: `*(T *)(place)`. */
const RECKONED = /\*\s*\(\s*\w[\w\s]*\*+\s*\)\s*\(/g

interface Place {
  readonly text: string
  readonly isStored: boolean
}

interface Move {
  readonly change: FunctionChange
  readonly isStored: boolean
  readonly was: string
  readonly is: string
}

/** Where one place is gone from a function, and one has come. */
function movesIn(change: FunctionChange): Move[] {
  const [old, now] = [placesIn(textOf(change.before?.body ?? [])), placesIn(textOf(change.after?.body ?? []))]
  return [true, false].flatMap((isStored): Move[] => {
    const missing = (from: readonly Place[], other: readonly Place[]) =>
      from.filter((place) => place.isStored === isStored && !other.some(({ text }) => text === place.text))
    const [gone, come] = [missing(old, now), missing(now, old)]
    const [was, is] = [gone[0]?.text, come[0]?.text]
    return gone.length === 1 && come.length === 1 && was !== undefined && is !== undefined ? [{ change, isStored, was, is }] : []
  })
}

function placesIn(body: string): Place[] {
  return [...body.matchAll(RECKONED)].map(({ index, 0: lead }) => {
    const from = index + lead.length
    const to = closingOf(body, from)
    return { text: body.slice(from, to).replace(/\s+/g, ' '), isStored: /^\)\s*=(?!=)/.test(body.slice(to)) }
  })
}

/** Where the parenthesis ends that is open before this place. */
function closingOf(text: string, from: number): number {
  let depth = 1
  for (let at = from; at < text.length; at++) {
    if (text.charAt(at) === '(') depth++
    if (text.charAt(at) === ')' && --depth === 0) return at
  }
  return text.length
}
