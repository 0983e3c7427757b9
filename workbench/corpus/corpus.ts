import type { CaseClass } from './classify.ts'
import type { Sample } from './sample.ts'

/** Real fixes to measure kmend by: what one version of Debian's kernel source changes in another. Derived when wanted, kept in the cache, committed nowhere. */
export interface Corpus {
  readonly format: typeof CORPUS_FORMAT
  /** The kernel that is patched. */
  readonly base: string
  /** Versions of the source packages. */
  readonly from: string
  readonly to: string
  readonly sample?: Sample
  readonly changedFiles: number
  /** Of the changed files that this kernel compiles, by themselves or in another, or includes: those that are in the whole update alone. Not told of a sample. */
  readonly inWholeAlone?: readonly string[]
  readonly cases: readonly CorpusCase[]
}

export const CORPUS_FORMAT = 'kmend-corpus-1'

export const KINDS = ['file', 'group', 'whole'] as const
/** One compiled file alone, files that are tied by names, or everything. */
export type CaseKind = (typeof KINDS)[number]

export interface CorpusCase {
  /** `file:net/ipv4/tcp_input.c`, `group:<first file>`, `whole`. */
  readonly id: string
  readonly kind: CaseKind
  readonly class: CaseClass
  /** What the change does to things at file level: `changed function tcp_rcv`. */
  readonly effects: readonly string[]
  /** Paths in the source tree. */
  readonly files: readonly string[]
  /** Objects of the running kernel that they are compiled into: `vmlinux`, `ext4`. */
  readonly objects: readonly string[]
  /** Units that may include one of its headers, or are among its files. */
  readonly reach: number
}

/** What tells one corpus from another. */
export interface CorpusName {
  readonly base: string
  readonly to: string
  readonly sample?: Sample | undefined
}

/** Where the parts of a corpus lie. */
export interface CorpusPaths {
  readonly folder: string
  /** Held by whoever makes or runs the corpus: two at once would mix their results. */
  readonly lock: string
  readonly corpus: string
  readonly patchOf: (id: string) => string
  /** Where a case is built. */
  readonly outputOf: (id: string) => string
  readonly buildResultOf: (id: string) => string
  readonly loadResultOf: (id: string) => string
  readonly result: string
  readonly previous: string
  readonly table: string
  readonly notBuilt: string
}

export function corpusPaths(home: string, { base, to, sample }: CorpusName): CorpusPaths {
  const folder = `${home}/corpus/${base}-to-${to}${sample === undefined ? '' : `-sample-${sample.count}-${sample.seed}`}`
  return {
    folder,
    lock: `${folder}.lock`,
    corpus: `${folder}/corpus.json`,
    patchOf: (id) => `${folder}/patches/${fileName(id)}.patch`,
    outputOf: (id) => `${folder}/out/${fileName(id)}`,
    buildResultOf: (id) => `${folder}/built/${fileName(id)}.json`,
    loadResultOf: (id) => `${folder}/loaded/${fileName(id)}.json`,
    result: `${folder}/result.json`,
    previous: `${folder}/previous.json`,
    table: `${folder}/table.txt`,
    notBuilt: `${folder}/not-built.txt`,
  }
}

function fileName(id: string): string {
  return id.replaceAll(/[^A-Za-z0-9._-]/g, '_')
}
