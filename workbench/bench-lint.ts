import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type LintReport, lint, openLintKernel } from '../src/app/lint/mod.ts'
import { kmendHome } from '../src/bin/home.ts'
import { makeLintPorts } from '../src/bin/ports/lint-ports.ts'
import { Fault } from '../src/core/base/mod.ts'
import { type Finding, RULES } from '../src/core/lint/mod.ts'
import type { Corpus } from './corpus/corpus.ts'
import { type Sample, sampleOf } from './corpus/sample.ts'

/**
 * The review of real fixes: every file of the corpora in the cache (./dev corpus make) reviewed alone. Prints how often each rule speaks and how long
 * a review takes; with a count, so many findings drawn by a seed, to be read by hand. A rule's name restricts the draw to it.
 * ./dev bench lint [count] [seed] [rule]
 */

interface Drawn extends Finding {
  readonly id: string
}

const [count = '0', seed = '1', rule] = process.argv.slice(2)
const ports = makeLintPorts(() => {})
const drawnFrom: Drawn[] = []
for (const folder of corpora()) drawnFrom.push(...(await review(folder)))
draw(
  drawnFrom.filter((finding) => rule === undefined || finding.rule === rule),
  { count: Number(count), seed: Number(seed) },
)

/** Whole corpora, not samples of them. */
function corpora(): string[] {
  const parent = join(kmendHome(), 'corpus')
  return readdirSync(parent)
    .map((name) => join(parent, name))
    .filter((folder) => readCorpus(folder).sample === undefined)
    .toSorted()
}

function readCorpus(folder: string): Corpus {
  return JSON.parse(readFileSync(join(folder, 'corpus.json'), 'utf8')) as Corpus
}

async function review(folder: string): Promise<Drawn[]> {
  const { base, to, from } = readCorpus(folder)
  const kernel = await openLintKernel(base, ports)
  const patches = readdirSync(join(folder, 'patches')).filter((name) => name.startsWith('file_'))
  const reports: { readonly name: string; readonly report: LintReport; readonly ms: number }[] = []
  for (const name of patches.toSorted()) {
    const text = readFileSync(join(folder, 'patches', name), 'utf8')
    const start = performance.now()
    try {
      const report = await lint({ patches: [{ file: name, text }], release: base, fuzz: 0 }, ports, kernel)
      reports.push({ name, report, ms: performance.now() - start })
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      print(`${name}: ${error.message}`)
    }
  }
  const times = reports.map(({ ms }) => ms).toSorted((a, b) => a - b)
  const findings = reports.flatMap(({ name, report }) => report.findings.map((finding) => ({ ...finding, id: '', patch: name })))
  const spoken = reports.filter(({ report }) => report.findings.length > 0).length
  const searches = reports.filter(({ report }) => report.search.names.length > 0).length
  print(`\n${base}, ${from} to ${to}: ${reports.length} files, ${findings.length} findings in ${spoken} of them`)
  print(`a review: median ${showAt(times, 0.5)}, 99 of 100 within ${showAt(times, 0.99)}; ${searches} searched the source\n`)
  print('rule                    stop  careful     look   files')
  for (const { id } of RULES) {
    const own = findings.filter((finding) => finding.rule === id)
    const of = (severity: string) => String(own.filter((finding) => finding.severity === severity).length)
    const files = new Set(own.map(({ patch }) => patch)).size
    print(`${id.padEnd(20)} ${of('stop').padStart(7)} ${of('careful').padStart(8)} ${of('look').padStart(8)} ${String(files).padStart(7)}`)
  }
  return findings.map((finding) => ({ ...finding, id: `${base} ${finding.file} ${finding.rule} ${finding.subject} ${finding.what}` }))
}

function draw(findings: readonly Drawn[], sample: Sample): void {
  for (const { id, severity, line, also } of sampleOf(findings, sample)) print(`\n${severity} ${id}\n  line ${line}, ${also.length} more`)
}

function showAt(sorted: readonly number[], part: number): string {
  return `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(0)} ms`
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
