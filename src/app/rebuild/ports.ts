import type { BundlePorts } from '../bundle/mod.ts'
import type { KernelPorts } from '../kernel/mod.ts'
import type { UpdatePorts } from '../update/mod.ts'

/** What building a bundle again needs from the world: what was needed the first time. */
export type RebuildPorts = Omit<KernelPorts, 'files'> & UpdatePorts & Pick<BundlePorts, 'formatSbom'>
