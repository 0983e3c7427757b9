import { type ElfFile, readElf } from '../../core/elf/mod.ts'
import type { BuildPorts } from './ports.ts'

/** Faults: elf/*. */
export async function readObject(path: string, { files }: Pick<BuildPorts, 'files'>): Promise<ElfFile> {
  return readElf(await files.readBytes(path), path)
}
