import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { CachedKernel } from '../../src/app/kernel/mod.ts'

/** Writes the source files of a module into a folder and builds it there for a kernel as its author would. Returns the path of the .ko. */
export function buildModule(
  { paths, target }: CachedKernel,
  files: Readonly<Record<string, string>>,
  folder: string,
  name: string,
): string {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(`${folder}/${file}`.replace(/[^/]*$/, ''), { recursive: true })
    writeFileSync(`${folder}/${file}`, text)
  }
  const { program } = target.compiler
  const settings = ['ARCH=x86', `CC=${program}`, `HOSTCC=${program}`, `KERNELRELEASE=${target.release}`, `M=${folder}`]
  const prebuilt = ['-o', 'tools/objtool', '-o', 'tools/bpf/resolve_btfids']
  execFileSync('make', ['-rR', '--no-print-directory', ...prebuilt, ...settings, 'modules'], {
    cwd: paths.tree,
    env: { ...process.env, SRCARCH: 'x86', MAKEFLAGS: '' },
    stdio: 'pipe',
  })
  return `${folder}/${name}.ko`
}
