import { join } from 'node:path'
import type { DemoPorts, DemoStep } from '../../app/demo/mod.ts'
import { compileProgram } from '../../io/compile-program.ts'
import { unpackSourceFiles } from '../../io/deb.ts'
import { diffFiles } from '../../io/diff-files.ts'
import { kmendHome } from '../home.ts'
import { makeBuildPorts } from './build-ports.ts'
import { makeKernelPorts } from './kernel-ports.ts'
import { makeVmPorts } from './vm-ports.ts'

const PROBES = join(import.meta.dirname, '../../app/demo/probes')

/** The demo's ports, on this machine. */
export function makeDemoPorts(progress: (text: string) => void, onStep: (step: DemoStep) => void, home = kmendHome()): DemoPorts {
  return {
    ...makeBuildPorts(progress, home),
    kernel: makeKernelPorts(progress, home),
    vm: makeVmPorts(progress, home),
    unpackSourceFiles,
    diff: diffFiles,
    compileProgram: (name, output) => compileProgram(`${PROBES}/${name}.c`, output),
    onStep,
  }
}
