import type { Hunk, PatchedFile } from './unified-diff.ts'

/** A line of the patched file. */
export interface AppliedLine {
  readonly text: string
  /** The line of the original that it stands for, counted from 1; undefined for an added line. */
  readonly original: number | undefined
}

export type ApplyOutcome =
  | { readonly kind: 'applied'; readonly lines: readonly AppliedLine[] }
  | {
      readonly kind: 'failed'
      readonly hunk: Hunk
      /** The first line that the hunk expects and the file lacks there. */ readonly expected: string
      readonly found: string
      readonly at: number
    }
  /** The hunk is not where it says, and its context is in several other places: first lines, counted from 1. */
  | { readonly kind: 'ambiguous'; readonly hunk: Hunk; readonly places: readonly number[] }

/**
 * Applies a file's hunks. All context must be there; a hunk may lie elsewhere than it says, if only one place fits. `fuzz` context lines at
 * either end may differ.
 */
export function applyHunks(original: readonly string[], patched: PatchedFile, options: { readonly fuzz: number }): ApplyOutcome {
  const lines: AppliedLine[] = []
  let done = 0 // original lines consumed
  let drift = 0
  const keep = (until: number) => {
    for (; done < until; done++) lines.push({ text: original[done] ?? '', original: done + 1 })
  }
  for (const hunk of patched.hunks) {
    // A hunk that takes no old line names the one that it comes after.
    const hasOld = hunk.lines.some((line) => line.kind !== 'added')
    const wanted = (hasOld ? Math.max(0, hunk.oldStart - 1) : hunk.oldStart) + drift
    const places = findPlaces(original, hunk, { wanted, from: done, fuzz: options.fuzz })
    if (places.length > 1) return { kind: 'ambiguous', hunk, places: places.map((index) => index + 1) }
    const [place] = places
    if (place === undefined) return { kind: 'failed', hunk, ...firstDifference(original, hunk, wanted) }
    drift += place - wanted
    keep(place)
    for (const line of hunk.lines) {
      if (line.kind === 'added') lines.push({ text: line.text, original: undefined })
      else if (line.kind === 'removed') done++
      else lines.push({ text: original[done] ?? line.text, original: ++done })
    }
  }
  keep(original.length)
  return { kind: 'applied', lines }
}

interface Search {
  readonly wanted: number
  readonly from: number
  readonly fuzz: number
}

/** The place that the hunk names if it fits there, else every place that fits with the least fuzz. */
function findPlaces(original: readonly string[], hunk: Hunk, { wanted, from, fuzz }: Search): number[] {
  const all = Array.from({ length: original.length - from + 1 }, (_, index) => from + index)
  for (let allowed = 0; allowed <= fuzz; allowed++) {
    if (wanted >= from && fits(original, hunk, wanted, allowed)) return [wanted]
    const places = all.filter((place) => fits(original, hunk, place, allowed))
    if (places.length > 0) return places
  }
  return []
}

function fits(original: readonly string[], hunk: Hunk, place: number, fuzz: number): boolean {
  const old = hunk.lines.filter((line) => line.kind !== 'added')
  const leading = hunk.lines.findIndex((line) => line.kind !== 'context')
  const trailing = hunk.lines.toReversed().findIndex((line) => line.kind !== 'context')
  return old.every((line, index) => {
    const isLoose = index < Math.min(fuzz, leading) || index >= old.length - Math.min(fuzz, trailing)
    return original[place + index] === line.text || (isLoose && place + index < original.length)
  })
}

function firstDifference(original: readonly string[], hunk: Hunk, place: number): { expected: string; found: string; at: number } {
  const old = hunk.lines.filter((line) => line.kind !== 'added')
  const index = old.findIndex((line, i) => original[place + i] !== line.text)
  const at = Math.max(0, index)
  return { expected: old[at]?.text ?? '', found: original[place + at] ?? 'the end of the file', at: place + at + 1 }
}
