import type { BuildPorts } from '../build/mod.ts'
import type { KernelPorts } from '../kernel/mod.ts'
import type { VmPorts } from '../vm/mod.ts'
import type { DemoStep } from './step.ts'

/** What demos need from the world, besides what their parts need. */
export interface DemoMeans extends BuildPorts {
  readonly kernel: KernelPorts
  readonly vm: VmPorts
  /** Writes these files of the kernel source in a linux-source package below a folder. */
  readonly unpackSourceFiles: (deb: string, paths: readonly string[], destination: string) => Promise<void>
  /** The unified diff of two files, as of `path` in a tree; empty when they are equal. */
  readonly diff: (older: string, newer: string, path: string) => Promise<string>
  /** Compiles a C program of probes/ into a static executable. */
  readonly compileProgram: (name: string, output: string) => Promise<Uint8Array>
}

export interface DemoPorts extends DemoMeans {
  /** Told of each step as soon as it has ended. */
  readonly onStep: (step: DemoStep) => void
}
