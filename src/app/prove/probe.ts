import type { Vm } from '../vm/mod.ts'

/** A program that shows an effect: a shell script or a static executable, run in the guest with the phase as its argument. */
export interface Probe {
  readonly name: string
  readonly content: Uint8Array
}

export interface ProbeResult {
  readonly probe: string
  /** `before`, `with` or `with <patch>`, `after`. */
  readonly phase: string
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Where a probe lies in the guest; it boots with it there. */
export function guestPath(probe: Probe): string {
  return `/probes/${probe.name.replace(/[^A-Za-z0-9._-]/g, '_')}`
}

export async function runProbes(vm: Vm, probes: readonly Probe[], phase: string): Promise<ProbeResult[]> {
  const results: ProbeResult[] = []
  for (const probe of probes) {
    results.push({ probe: probe.name, phase, ...(await vm.run(`${guestPath(probe)} '${phase}'`)) })
  }
  return results
}
