import { rename } from 'node:fs/promises'
import { execOk } from './exec.ts'
import { fileFault } from './files.ts'

/** Links objects into one relocatable module with the kernel's own script. The output appears whole or not at all. Faults: tool/missing, tool/failed. */
export async function linkModule(request: {
  readonly objects: readonly string[]
  readonly script: string
  readonly output: string
}): Promise<void> {
  const part = `${request.output}.part`
  await execOk(
    'ld',
    ['-r', '-m', 'elf_x86_64', '-z', 'noexecstack', '--build-id=sha1', '-T', request.script, '-o', part, ...request.objects],
    { package: 'binutils' },
  )
  await rename(part, request.output).catch((error: unknown) => {
    throw fileFault('write', request.output, error)
  })
}
