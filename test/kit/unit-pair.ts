import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type ElfFile, readElf } from '../../src/core/elf/mod.ts'
import { applyHunks, parseUnifiedDiff, withStableLines } from '../../src/core/source/mod.ts'

/** What Debian's 6.1 gives every unit and what decides how code and data come out, and what the builder adds. */
const FLAGS = [
  ...['-O2', '-fno-PIE', '-mcmodel=kernel', '-mno-red-zone', '-mno-sse', '-mno-mmx', '-mno-80387', '-mpreferred-stack-boundary=3'],
  ...['-fno-asynchronous-unwind-tables', '-fcf-protection=none', '-fno-jump-tables', '-falign-jumps=1', '-falign-loops=1'],
  ...['-fno-strict-aliasing', '-fno-common', '-fno-delete-null-pointer-checks', '-fno-strict-overflow', '-fconserve-stack'],
  ...['-mindirect-branch=thunk-extern', '-mindirect-branch-register', '-mfunction-return=thunk-extern', '-mharden-sls=all'],
  ...['-pg', '-mfentry', '-mrecord-mcount', '-ffreestanding', '-ffunction-sections', '-fdata-sections', '-g0', '-gbtf', '-w'],
  '-fno-eliminate-unused-debug-types',
]

/** What a patch may include, with the little of the kernel that it needs. */
const HEADERS = ['-I', join(import.meta.dirname, '../../include'), '-I', join(import.meta.dirname, 'include')]

/** All that a unit of a test is compiled with. */
export function unitFlags(include: string, flags: readonly string[] = []): string[] {
  return [...FLAGS, ...flags, '-I', include, ...HEADERS]
}

/** An original unit and a patched one, each compiled as a kernel's. `include` is a folder for headers. */
export interface UnitPair {
  readonly original: ElfFile
  readonly patched: ElfFile
}

/**
 * Compiles both sources as the builder does: the patched one is the original with a patch applied, lines kept stable. `flags` come after those of the
 * kernel line that all units share.
 */
export async function compilePair(
  sources: { readonly original: string; readonly patched: string },
  include: string,
  flags: readonly string[] = [],
): Promise<UnitPair> {
  const [original, patched] = await Promise.all([
    compileUnitText(sources.original, include, flags),
    compileUnitText(withPatch(sources.original, sources.patched), include, flags),
  ])
  return { original: readElf(original, 'orig.o'), patched: readElf(patched, 'patched.o') }
}

/** Compiles C as a unit of a kernel. */
export async function compileUnitText(text: string, include: string, flags: readonly string[] = []): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'kmend-unit-'))
  try {
    writeFileSync(join(folder, 'unit.c'), text)
    await promisify(execFile)('gcc-12', [...unitFlags(include, flags), '-c', 'unit.c', '-o', 'unit.o'], { cwd: folder })
    return new Uint8Array(readFileSync(join(folder, 'unit.o')))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The patched text as it is compiled: a diff is made, read and applied, so that old lines keep their numbers. */
export function withPatch(original: string, patched: string): string {
  const [file] = original === patched ? [] : parseUnifiedDiff(diffTexts(original, patched), 'case.patch').files
  if (file === undefined) return original
  const outcome = applyHunks(original.split('\n'), file, { fuzz: 0 })
  if (outcome.kind !== 'applied') throw new Error(`diff made a patch that does not apply: ${outcome.kind}`)
  return withStableLines(outcome.lines)
}

/** A unified diff between two texts, as diff -u prints it. */
export function diffTexts(original: string, patched: string, path = 'unit.c'): string {
  const folder = mkdtempSync(join(tmpdir(), 'kmend-diff-'))
  try {
    writeFileSync(join(folder, 'a'), original)
    writeFileSync(join(folder, 'b'), patched)
    // Exit code 1 says that they differ.
    return spawnSync('diff', ['-u', '--label', `a/${path}`, '--label', `b/${path}`, 'a', 'b'], { cwd: folder, encoding: 'utf8' }).stdout
  } finally {
    rmSync(folder, { recursive: true })
  }
}
