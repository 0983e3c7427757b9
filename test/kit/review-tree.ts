import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type LintReport, lint } from '../../src/app/lint/mod.ts'
import { formatLint } from '../../src/bin/commands/lint-text.ts'
import { makeLintPorts } from '../../src/bin/ports/lint-ports.ts'
import { makeScreen } from '../../src/bin/screen.ts'
import { formatUnitCommands, kernelPaths } from '../../src/core/kernel/mod.ts'

const RELEASE = '6.1.0-1-cloud-amd64'

export interface ReviewedTree {
  /** By path: all that the tree holds. */
  readonly tree: Readonly<Record<string, string>>
  /** Which C files the kernel compiles; all of them when absent. */
  readonly compiled?: readonly string[]
  readonly patch: string
}

/** Reviews a patch of a kernel that is a few files of source, as the command does it; twice, since the second time finds what the first one kept. */
export async function reviewTree({
  tree,
  compiled,
  patch,
}: ReviewedTree): Promise<{ report: LintReport; again: LintReport; text: string }> {
  const home = mkdtempSync(join(tmpdir(), 'kmend-review-'))
  const paths = kernelPaths(home, RELEASE)
  const put = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  try {
    for (const [path, text] of Object.entries(tree)) put(`${paths.tree}/${path}`, text)
    const units = (compiled ?? Object.keys(tree).filter((path) => path.endsWith('.c'))).map((source) => ({
      ...{ source, output: source.replace(/c$/, 'o'), compiler: ['gcc', '-pg'], objtool: [], modname: 'unit' },
      owners: [{ kind: 'vmlinux' as const }],
    }))
    put(paths.commands, formatUnitCommands({ units }))
    put(paths.target, JSON.stringify({ format: 'kmend-kernel-1', release: RELEASE, packageVersion: '6.1.1-1' }))
    const request = { patches: [{ file: 'fix.patch', text: patch }], release: RELEASE, fuzz: 0 }
    const ports = makeLintPorts(() => {}, home)
    const [report, again] = [await lint(request, ports), await lint(request, ports)]
    return { report, again, text: formatLint(report, makeScreen()).join('\n') }
  } finally {
    rmSync(home, { recursive: true })
  }
}
