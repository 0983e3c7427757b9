import type { AbsentModule } from '../vm/mod.ts'
import type { ProbeResult } from './probe.ts'

export interface ProveReport {
  readonly kind: 'proved' | 'disproved'
  readonly release: string
  readonly buildId: string
  readonly emulator: string
  readonly bootMs: number
  readonly patches: readonly PatchProof[]
  /** Modules that it patches and that the virtual machine did not load: their part only waited. */
  readonly absent: readonly AbsentModule[]
  readonly probes: readonly ProbeResult[]
  /** Everything that is not as it should be; empty when proved. */
  readonly findings: readonly string[]
}

export interface PatchProof {
  readonly name: string
  readonly transitionMs: number
  /** Undefined when the next one replaced it. */
  readonly revertMs: number | undefined
  /** `object:function,sympos`, as sysfs listed them. */
  readonly functions: readonly string[]
}
