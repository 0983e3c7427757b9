import { access, realpath } from 'node:fs/promises'
import { Fault } from '../core/base/mod.ts'
import { digestFile } from './digest.ts'
import { execOk } from './exec.ts'

export interface Tool {
  readonly name: string
  /** The first line of its `--version`. */
  readonly version: string
  readonly sha256: string
}

/** The programs that make the code of a live patch: the compiler's driver, the compiler proper, the assembler and the linker. Faults: tool/missing. */
export async function describeToolchain(compiler: string): Promise<Tool[]> {
  const proper = (await execOk(compiler, ['-print-prog-name=cc1'], { package: compiler })).trim()
  const assembler = (await execOk(compiler, ['-print-prog-name=as'], { package: compiler })).trim()
  return Promise.all([describe(compiler, compiler), describe('cc1', proper), describe('as', assembler), describe('ld', 'ld')])
}

async function describe(name: string, program: string): Promise<Tool> {
  const path = await findProgram(program)
  const version = name === 'cc1' ? '' : ((await execOk(path, ['--version'])).split('\n')[0] ?? '')
  return { name, version, sha256: await digestFile(path) }
}

async function findProgram(program: string): Promise<string> {
  const folders = program.includes('/') ? [''] : (process.env['PATH'] ?? '').split(':').map((folder) => `${folder}/`)
  for (const folder of folders) {
    const path = `${folder}${program}`
    const isThere = await access(path).then(
      () => true,
      () => false,
    )
    if (isThere) return realpath(path)
  }
  throw new Fault('tool/missing', `Cannot find the program ${program}`, { try: 'apt-get install binutils gcc-12' })
}
