import { writeFile } from 'node:fs/promises'
import { Fault } from '../core/base/mod.ts'
import { exec } from './exec.ts'

export interface KbuildOptions {
  readonly tree: string
  readonly release: string
  /** The compiler's program as the configuration names it, such as `gcc-12`. */
  readonly compiler: string
}

/**
 * What kbuild would do for these goals, as it prints it. Nothing is compiled: parts that kbuild builds even in a dry run (its tools, the
 * configuration) are taken as they are. Its errors are expected where one part waits for what another would have made, and are kept beside.
 * Faults: tool/missing.
 */
export async function dryRun(goals: readonly string[], options: KbuildOptions, errorsFile: string): Promise<string> {
  const prebuilt = ['tools/objtool', 'tools/bpf/resolve_btfids'].flatMap((target) => ['-o', target])
  const settings = ['ARCH=x86', `CC=${options.compiler}`, `HOSTCC=${options.compiler}`, `KERNELRELEASE=${options.release}`]
  // Without --no-print-directory kbuild calls itself once more, and forgets -o.
  const args = ['-n', '-k', '-rR', '--no-print-directory', ...prebuilt, ...settings, ...goals]
  const result = await exec('make', args, { cwd: options.tree, package: 'make', env: CLEAN })
  await writeFile(errorsFile, result.stderr)
  return result.stdout
}

/** Runs recipes of kbuild one after the other, as they depend on each other. Returns those that failed, with what they said. */
export async function runRecipes(lines: readonly string[], tree: string): Promise<{ readonly line: string; readonly said: string }[]> {
  const failed: { line: string; said: string }[] = []
  for (const line of lines) {
    const result = await exec('sh', ['-c', line], {
      cwd: tree,
      env: { ...CLEAN, SRCARCH: 'x86', ARCH: 'x86', srctree: '.', objtree: '.', CONFIG_SHELL: 'sh' },
    })
    if (/No space left on device/.test(result.stderr)) {
      throw new Fault('io/no-space', 'Cannot generate sources: the disk is full', {
        in: tree,
        try: 'free some space, then run the same command again: it resumes',
      })
    }
    if (result.code !== 0) failed.push({ line, said: result.stderr.trim() })
  }
  return failed
}

/** The first line of `gcc --version`, as the kernel prints it. Faults: tool/missing with the package that has it. */
export async function compilerVersion(program: string): Promise<string> {
  const named = /gcc-\d+$/.exec(program)?.[0] ?? 'gcc'
  const result = await exec(program, ['--version'], { package: `${named} make libc6-dev bc` })
  if (result.code !== 0) throw new Fault('tool/failed', `Cannot use ${program}: ${result.stderr.trim()}`)
  return result.stdout.split('\n')[0] ?? ''
}

/** Settings of the caller's shell that would change what make and the compiler do. */
const CLEAN = { MAKEFLAGS: '', MFLAGS: '', KCFLAGS: '', KAFLAGS: '', CFLAGS: '', KBUILD_OUTPUT: '', GCC_COLORS: '' }
