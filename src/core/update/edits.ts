import type { Hunk } from '../source/mod.ts'

/** One run of lines taken out and put in, without context. */
export interface Edit {
  /** First line taken out, counted from 1; where none is, the line after which the new ones stand. */
  readonly oldStart: number
  readonly removed: number
  readonly newStart: number
  readonly added: readonly string[]
}

/** The runs of changed lines of a file's hunks. */
export function editsOf(hunks: readonly Hunk[]): Edit[] {
  const edits: Edit[] = []
  let drift = 0
  for (const hunk of hunks) {
    let old = hunk.lines.some((line) => line.kind !== 'added') ? hunk.oldStart - 1 : hunk.oldStart
    let removed = 0
    let added: string[] = []
    const flush = () => {
      if (removed === 0 && added.length === 0) return
      const oldStart = removed === 0 ? old : old - removed + 1
      edits.push({ oldStart, removed, added, newStart: old - removed + drift + 1 })
      drift += added.length - removed
      removed = 0
      added = []
    }
    for (const line of hunk.lines) {
      if (line.kind === 'context') {
        flush()
        old++
      } else if (line.kind === 'removed') {
        if (added.length > 0) flush()
        removed++
        old++
      } else added.push(line.text)
    }
    flush()
  }
  return edits
}

/** A file's lines with some of its edits made, each line with the number that it had before. */
export function composeLines(
  original: readonly string[],
  edits: readonly Edit[],
): { readonly text: string; readonly original: number | undefined }[] {
  const lines: { text: string; original: number | undefined }[] = []
  let done = 0
  const keep = (until: number) => {
    for (; done < until; done++) lines.push({ text: original[done] ?? '', original: done + 1 })
  }
  for (const edit of edits.toSorted((a, b) => a.newStart - b.newStart)) {
    keep(edit.removed === 0 ? edit.oldStart : edit.oldStart - 1)
    for (const text of edit.added) lines.push({ text, original: undefined })
    done += edit.removed
  }
  keep(original.length)
  return lines
}
