import { openBuildKernel, unitFinder, type BuildKernel, type BuildPorts } from '../../src/app/build/mod.ts'
import { changedFiles, openSource, type SourcePorts, type SourceTree } from '../../src/app/source/mod.ts'
import { objectsOf, sourceFile, unitsOfSource } from '../../src/core/kernel/mod.ts'
import type { ChangedFile } from '../../src/core/source/mod.ts'
import { diffFiles } from '../../src/io/diff-files.ts'
import { classify, listEffects } from './classify.ts'
import { type CaseKind, CORPUS_FORMAT, type Corpus, type CorpusCase, type CorpusPaths, corpusPaths } from './corpus.ts'
import type { ReleasePair } from './choose.ts'
import { readConstructs } from './constructs.ts'
import { connectFiles, type LinkedFile, linkFile } from './group.ts'
import { type Sample, sampleOf } from './sample.ts'
import { inWholeAlone, isOfThisKernel } from './whole-alone.ts'

export interface MakePorts {
  readonly build: BuildPorts
  readonly source: SourcePorts
}

/** A changed file with all that cases are made of. */
interface Change {
  readonly path: string
  readonly diff: string
  readonly effects: readonly string[]
  /** Objects of the running kernel that hold it; none for headers and for what is not compiled. */
  readonly objects: readonly string[]
  readonly linked: LinkedFile | undefined
}

/**
 * Derives the cases of a pair and writes their patches. A sample is drawn from the single files: it is for a quick look, and nothing but what is
 * drawn is read.
 */
export async function makeCorpus({ base, to }: ReleasePair, sample: Sample | undefined, ports: MakePorts): Promise<Corpus> {
  const { line, release } = base.release
  const older = await openSource(base.version, line, ports.source)
  const newer = await openSource(to, line, ports.source)
  const kernel = await openBuildKernel(release, ports.build)
  const files = await changedFiles(older, newer, ports.source)
  const compiled = files.filter(({ path, kind }) => kind === 'modified' && objectsHolding(path, kernel).length > 0)
  const drawn =
    sample === undefined
      ? []
      : sampleOf(
          compiled.map((file) => ({ ...file, id: idOfFile(file.path) })),
          sample,
        )
  const wanted = sample === undefined ? files : drawn
  ports.build.progress(`comparing ${wanted.length} files`)
  const changes: Change[] = []
  for (const file of wanted) changes.push(await readChange(file, { trees: { older, newer }, kernel }, ports.build))

  const all = await casesOf(changes, kernel)
  const cases = sample === undefined ? all : all.filter(({ kind }) => kind === 'file')
  const corpus: Corpus = {
    format: CORPUS_FORMAT,
    base: release,
    from: base.version,
    to,
    ...(sample === undefined ? {} : { sample }),
    changedFiles: files.length,
    ...(sample === undefined ? { inWholeAlone: await inWholeAlone(cases, changes, kernel) } : {}),
    cases,
  }
  await writeCorpus(corpus, changes, corpusPaths(ports.build.home, corpus), ports.build)
  return corpus
}

function idOfFile(path: string): string {
  return `file:${path}`
}

/** Objects of the running kernel that a file is compiled into: `vmlinux`, `ext4`. */
function objectsHolding(path: string, { commands }: BuildKernel): string[] {
  return [...new Set(unitsOfSource(commands, path).flatMap(objectsOf))].toSorted()
}

interface Means {
  readonly trees: { readonly older: SourceTree; readonly newer: SourceTree }
  readonly kernel: BuildKernel
}

async function readChange({ path, kind }: ChangedFile, { trees, kernel }: Means, ports: BuildPorts): Promise<Change> {
  const before = kind === 'created' ? undefined : `${trees.older.path}/${path}`
  const after = kind === 'deleted' ? undefined : `${trees.newer.path}/${path}`
  const diff = await diffFiles(before, after, path)
  const objects = objectsHolding(path, kernel)
  const isHeader = path.endsWith('.h') && isOfThisKernel(path)
  if (!isHeader && objects.length === 0) return { path, diff, effects: [], objects: [], linked: undefined }
  const older = readConstructs(before === undefined ? '' : await ports.files.readText(before))
  const newer = readConstructs(after === undefined ? '' : await ports.files.readText(after))
  return {
    path,
    diff,
    effects: listEffects(older, newer),
    objects,
    linked: linkFile(path, { older, newer }),
  }
}

async function casesOf(changes: readonly Change[], kernel: BuildKernel): Promise<CorpusCase[]> {
  const linked = changes.flatMap((change) => (change.linked === undefined ? [] : [change.linked]))
  const unitsIncluding = unitFinder(kernel.commands, await kernel.includes())
  const byPath = new Map(changes.map((change) => [change.path, change]))
  const make = (id: string, kind: CaseKind, paths: readonly string[]): CorpusCase => {
    const parts = paths.flatMap((path) => byPath.get(path) ?? [])
    const effects = parts.flatMap((part) => part.effects)
    const objects = [...new Set(parts.flatMap((part) => part.objects))].toSorted()
    const headers = paths.filter((path) => path.endsWith('.h'))
    const through = headers.length === 0 ? [] : unitsIncluding(headers)
    const reached = new Set([...through.map(sourceFile), ...parts.flatMap(({ path, objects: own }) => (own.length > 0 ? [path] : []))])
    return { id, kind, class: classify(effects), effects, files: paths, objects, reach: reached.size }
  }
  const cases: CorpusCase[] = []
  for (const { path, objects } of changes) if (objects.length > 0) cases.push(make(idOfFile(path), 'file', [path]))
  for (const group of connectFiles(linked)) {
    const isCompiled = group.some((path) => (byPath.get(path)?.objects ?? []).length > 0)
    if (isCompiled) cases.push(make(`group:${group[0] ?? ''}`, 'group', group))
  }
  cases.push(
    make(
      'whole',
      'whole',
      changes.map(({ path }) => path),
    ),
  )
  return cases
}

async function writeCorpus(corpus: Corpus, changes: readonly Change[], paths: CorpusPaths, { files }: BuildPorts): Promise<void> {
  const diffs = new Map(changes.map(({ path, diff }) => [path, diff]))
  for (const { id, files: parts } of corpus.cases) await files.write(paths.patchOf(id), parts.map((path) => diffs.get(path) ?? '').join(''))
  await files.write(paths.corpus, `${JSON.stringify(corpus, null, 1)}\n`)
}
