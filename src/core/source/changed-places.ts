import type { AppliedLine } from './apply.ts'
import { type SourceFunction, findFunctions } from '../c/mod.ts'

/** A function that a fix changes, or, where no function is clear, the lines. */
export interface ChangedPlace {
  readonly file: string
  /** Undefined for what stands between functions: types, macros, data. */
  readonly function: Pick<SourceFunction, 'name' | 'stem'> | undefined
  /** Lines of the kernel's own source; an added line counts as the one before the next that stayed. */
  readonly from: number
  readonly to: number
}

/** Where a file differs, by the functions of both sides: removed lines belong to the original's, added ones to the patched one's. */
export function changedPlaces(file: string, original: readonly string[], patched: readonly AppliedLine[]): ChangedPlace[] {
  const before = findFunctions(original)
  const after = findFunctions(patched.map(({ text }) => text))
  const kept = new Set(patched.map((line) => line.original))
  const places: ChangedPlace[] = []
  original.forEach((text, index) => {
    if (!kept.has(index + 1) && text.trim() !== '') places.push(placeOf(file, functionAt(before, index + 1), index + 1))
  })
  let next = original.length + 1
  for (let index = patched.length - 1; index >= 0; index--) {
    const line = patched[index]
    next = line?.original ?? next
    if (line === undefined || line.original !== undefined || line.text.trim() === '') continue
    places.push(placeOf(file, functionAt(after, index + 1), Math.max(1, next - 1)))
  }
  return join(places)
}

function placeOf(file: string, found: SourceFunction | undefined, line: number): ChangedPlace {
  return { file, function: found === undefined ? undefined : { name: found.name, stem: found.stem }, from: line, to: line }
}

function functionAt(functions: readonly SourceFunction[], line: number): SourceFunction | undefined {
  return functions.find(({ from, to }) => from <= line && line <= to)
}

/** One place for each function, and one for neighbouring lines outside. */
function join(places: readonly ChangedPlace[]): ChangedPlace[] {
  const named = Map.groupBy(
    places.filter((place) => place.function !== undefined),
    (place) => place.function?.name,
  )
  const functions = [...named.values()].flatMap((group) => {
    const [first] = group
    const lines = group.map(({ from }) => from)
    return first === undefined ? [] : [{ ...first, from: Math.min(...lines), to: Math.max(...lines) }]
  })
  const rest: ChangedPlace[] = []
  for (const place of places.filter((other) => other.function === undefined).toSorted((a, b) => a.from - b.from)) {
    const previous = rest.at(-1)
    if (previous !== undefined && place.from <= previous.to + 1) rest[rest.length - 1] = { ...previous, to: place.to }
    else rest.push(place)
  }
  return [...functions, ...rest].toSorted((a, b) => a.from - b.from)
}
