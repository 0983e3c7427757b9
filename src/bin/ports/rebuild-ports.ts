import type { RebuildPorts } from '../../app/rebuild/mod.ts'
import { formatSbom } from '../../io/sbom.ts'
import { kmendHome } from '../home.ts'
import { makeKernelPorts } from './kernel-ports.ts'
import { makeUpdatePorts } from './update-ports.ts'

/** The ports of building a bundle again, on this machine. */
export function makeRebuildPorts(progress: (text: string) => void, home = kmendHome()): RebuildPorts {
  return { ...makeUpdatePorts(progress, home), ...makeKernelPorts(progress, home), formatSbom }
}
