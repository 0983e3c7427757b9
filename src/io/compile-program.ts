import { mkdir, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { execOk } from './exec.ts'
import { readBytes } from './files.ts'

/** Compiles one C file into a static executable that runs in any guest. Returns its bytes. Faults: tool/missing, tool/failed. */
export async function compileProgram(source: string, output: string): Promise<Uint8Array> {
  await mkdir(dirname(output), { recursive: true })
  const part = `${output}.part`
  await execOk('gcc-12', ['-O2', '-Wall', '-static', '-s', '-o', part, source], { package: 'gcc-12 libc6-dev' })
  await rename(part, output)
  return readBytes(output)
}
