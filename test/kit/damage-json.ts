import { type Dice, makeDice } from './damage.ts'

/** What a field may hold that nobody expected. */
const ODD: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e308,
  2 ** 53,
  '',
  'x',
  '../../etc/passwd',
  '\u0000\u001b[2J',
  '\ud800',
  'a'.repeat(5000),
  [],
  [null],
  {},
  { length: 3 },
  '__proto__',
]

/** A copy of what JSON holds with a few of its values gone, of another type, doubled or in another's place: the form is damaged, not the text. Same seed and run, same damage. */
export function damageJson(value: unknown, { seed, run }: { readonly seed: number; readonly run: number }): unknown {
  const dice = makeDice(Math.imul(seed, 0x9e37_79b1) ^ Math.imul(run + 1, 0x85eb_ca6b))
  let damaged: unknown = structuredClone(value)
  for (let count = 1 + dice(3); count > 0; count--) damaged = hurt(damaged, dice)
  return damaged
}

interface Place {
  readonly holder: Record<string, unknown>
  readonly key: string
}

function hurt(root: unknown, dice: Dice): unknown {
  const places = placesIn(root)
  const place = places[dice(places.length + 1)]
  const odd = structuredClone(ODD[dice(ODD.length)])
  if (place === undefined) return odd
  const { holder, key } = place
  const other = places[dice(places.length)]
  switch (dice(5)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1)
      else delete holder[key]
      break
    case 1:
      if (Array.isArray(holder)) holder.push(structuredClone(holder[Number(key)]))
      else holder[`${key}2`] = holder[key]
      break
    case 2:
      if (other !== undefined) holder[key] = structuredClone(other.holder[other.key])
      break
    default:
      holder[key] = odd
  }
  return root
}

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return []
  const holder = value as Record<string, unknown>
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key])])
}
