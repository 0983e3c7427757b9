import { join } from 'node:path'
import { compileProgram } from '../../src/io/compile-program.ts'

/** Where programs are run and measured: this machine, or a Debian in QEMU. */
export interface Place {
  /** What it is, for who reads the figures. */
  readonly what: string
  /** The folder of the measuring programs there. */
  readonly programs: string
  /** Runs a shell script, as root, with kmend in the PATH; throws when it fails. Returns what it printed. */
  readonly run: (script: string) => Promise<string>
}

export const PROGRAMS = ['run-cost', 'call-rate', 'latency-probe'] as const

/** The measuring programs, static, so that they run in any Debian. Faults: tool/missing, tool/failed. */
export async function compilePrograms(folder: string): Promise<void> {
  for (const name of PROGRAMS) await compileProgram(join(import.meta.dirname, `${name}.c`), join(folder, name))
}
