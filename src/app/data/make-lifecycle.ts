import { parseCoverage, planLifecycle } from '../../core/advisory/mod.ts'
import type { Lifecycle } from '../../core/host/mod.ts'
import type { DataPorts } from './ports.ts'

/** Says until when kernels get live patches, by the publisher's policy. Faults: data/coverage, io/missing. */
export async function makeLifecycle(policy: string, output: string, { files, readToml }: DataPorts): Promise<Lifecycle> {
  const lifecycle = planLifecycle(parseCoverage(await readToml(policy), policy))
  await files.write(output, `${JSON.stringify(lifecycle, null, 2)}\n`)
  return lifecycle
}
