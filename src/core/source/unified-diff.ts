import { Fault } from '../base/mod.ts'

/** A source fix as text: a unified diff, with whatever header stands before it (git format-patch, quilt, plain diff). */
export interface SourcePatch {
  /** Where it came from, for messages. */
  readonly file: string
  /** The lines before the first file: subject, tags, prose. */
  readonly header: string
  readonly files: readonly PatchedFile[]
}

export interface PatchedFile {
  /** Path in the source tree, without the a/ and b/ of git. */
  readonly path: string
  readonly kind: 'modified' | 'created' | 'deleted' | 'renamed'
  readonly hunks: readonly Hunk[]
}

export interface Hunk {
  /** First line in the original, counted from 1 (0 for an empty original). */
  readonly oldStart: number
  readonly lines: readonly HunkLine[]
  /** Line of the patch file, for messages. */
  readonly at: number
}

export interface HunkLine {
  readonly kind: 'context' | 'removed' | 'added'
  readonly text: string
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/

/** Faults: source/empty, source/binary, source/malformed, each with the line. */
export function parseUnifiedDiff(text: string, file: string): SourcePatch {
  if (text.includes('\0'))
    throw new Fault('source/binary', 'Cannot read this as a patch: it holds NUL bytes', {
      in: file,
      try: 'give a unified diff (git diff, diff -u)',
    })
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
  const parser = new Parser(lines, file)
  const files = parser.files()
  if (files.length === 0) {
    throw new Fault(
      'source/empty',
      text.trim() === '' ? 'Cannot build from an empty patch' : 'Cannot find a change in this patch: it has no "--- " and "+++ " lines',
      {
        in: file,
        try: 'give a unified diff (git diff, diff -u) against the source of the target kernel',
      },
    )
  }
  return { file, header: lines.slice(0, parser.headerEnd).join('\n'), files }
}

class Parser {
  headerEnd = 0
  readonly #lines: readonly string[]
  readonly #file: string
  #at = 0

  constructor(lines: readonly string[], file: string) {
    this.#lines = lines
    this.#file = file
  }

  files(): PatchedFile[] {
    const files: PatchedFile[] = []
    while (this.#at < this.#lines.length) {
      const line = this.#line()
      if (line.startsWith('diff --git ') || this.#isFileHeader()) {
        if (files.length === 0) this.headerEnd = this.#at
        files.push(this.#patchedFile())
      } else {
        if (HUNK.test(line)) throw this.#malformed('a hunk stands before any file name')
        this.#at++
      }
    }
    return files
  }

  #isFileHeader(): boolean {
    return this.#line().startsWith('--- ') && (this.#lines[this.#at + 1] ?? '').startsWith('+++ ')
  }

  #patchedFile(): PatchedFile {
    let renamed: string | undefined
    for (; this.#at < this.#lines.length && !this.#isFileHeader(); this.#at++) {
      const line = this.#line()
      if (line.startsWith('GIT binary patch') || /^Binary files .* differ$/.test(line)) {
        throw new Fault('source/binary', 'Cannot apply a binary change', { in: this.#place(), try: 'leave binary files out of the patch' })
      }
      renamed = /^rename to (.*)$/.exec(line)?.[1] ?? renamed
      const isNext = this.#at > 0 && line.startsWith('diff --git ') && renamed !== undefined
      if (isNext) break
    }
    if (!this.#isFileHeader()) {
      if (renamed !== undefined) return { path: renamed, kind: 'renamed', hunks: [] }
      throw this.#malformed('a file of the patch has no "--- " and "+++ " lines (a change of mode only?)')
    }
    const from = pathOf(this.#line().slice(4))
    const to = pathOf((this.#lines[this.#at + 1] ?? '').slice(4))
    this.#at += 2
    const hunks: Hunk[] = []
    while (HUNK.test(this.#line())) hunks.push(this.#hunk())
    // A line that no hunk counts would be left out without a word, and the fix applied in part.
    if (/^[+ ]|^-(?!-)/.test(this.#line())) throw this.#malformed('the hunk has more lines than it says')
    if (hunks.length === 0) throw this.#malformed('no hunk follows the file name')
    if (from === undefined && to === undefined) throw this.#malformed('both file names are /dev/null')
    const path = to ?? from ?? ''
    if (path.split('/').includes('..') || path.startsWith('/')) throw this.#malformed(`the path ${path} leaves the source tree`)
    const kind = from === undefined ? 'created' : to === undefined ? 'deleted' : renamed !== undefined ? 'renamed' : 'modified'
    return { path, kind, hunks }
  }

  #hunk(): Hunk {
    const at = this.#at + 1
    const [, oldStart = '', oldCount = '1', , newCount = '1'] = HUNK.exec(this.#line()) ?? []
    let left = Number(oldCount)
    let right = Number(newCount)
    const lines: HunkLine[] = []
    this.#at++
    while (left > 0 || right > 0) {
      const line = this.#lines[this.#at]
      if (line === undefined || (line === '' && this.#at === this.#lines.length - 1))
        throw this.#malformed(`the hunk ends ${left + right} lines early`)
      const kind = kindOf(line)
      if (kind === 'note') {
        this.#at++
        continue
      }
      if (kind === undefined) throw this.#malformed('expected a line that starts with a space, + or -')
      if (kind !== 'added') left--
      if (kind !== 'removed') right--
      lines.push({ kind, text: line.slice(1) })
      this.#at++
    }
    if (left < 0 || right < 0) throw this.#malformed('the hunk has more lines than it says')
    while ((this.#lines[this.#at] ?? '').startsWith('\\ ')) this.#at++
    return { oldStart: Number(oldStart), lines, at }
  }

  #line(): string {
    return this.#lines[this.#at] ?? ''
  }

  #place(): string {
    return `${this.#file}, line ${this.#at + 1}`
  }

  #malformed(finding: string): Fault {
    return new Fault('source/malformed', `Cannot read this patch: ${finding}`, {
      in: this.#place(),
      try: 'make the patch again with git diff or diff -u',
    })
  }
}

function kindOf(line: string): HunkLine['kind'] | 'note' | undefined {
  switch (line[0]) {
    case ' ':
    case undefined: // an empty context line whose blank an editor or a mailer took away
      return 'context'
    case '+':
      return 'added'
    case '-':
      return 'removed'
    case '\\':
      return 'note'
    default:
      return undefined
  }
}

/** `a/fs/fcntl.c<tab>date` to `fs/fcntl.c`; undefined for /dev/null. */
function pathOf(text: string): string | undefined {
  const name = (text.split('\t')[0] ?? '').trim()
  if (name === '/dev/null') return undefined
  return name.replace(/^[^/]+\//, '')
}
