import { utf8FromBytes } from '../../core/base/mod.ts'
import { type Coverage, type Lifecycle, coverageOf, parseLifecycle } from '../../core/host/mod.ts'
import { readInstalledKernels } from './installed-kernels.ts'
import { PATHS } from './paths.ts'
import type { HostPorts } from './ports.ts'
import type { NewData } from './take-data.ts'

export interface LifecycleReport {
  /** The file that the dates come from; null when there is none. */
  readonly source: string | null
  readonly running: string
  readonly kernels: readonly {
    readonly release: string
    readonly packageVersion: string | null
    readonly coverage: Coverage
  }[]
}

/** Until when each installed kernel gets live patches. Faults: host/lifecycle. */
export async function readLifecycleReport(ports: Pick<HostPorts, 'system' | 'files' | 'nowMs'>): Promise<LifecycleReport> {
  const { source, lifecycle } = await readLifecycle(ports)
  return {
    source,
    running: ports.system.read('/proc/sys/kernel/osrelease')?.trim() ?? '',
    kernels: readInstalledKernels(ports.system).map((kernel) => ({
      release: kernel.release,
      packageVersion: kernel.packageVersion ?? null,
      coverage: coverageOf(kernel, lifecycle, ports.nowMs()),
    })),
  }
}

/** `brought` is signed data that is not in its place yet. Faults: host/lifecycle. */
export async function readLifecycle(
  { files }: Pick<HostPorts, 'files'>,
  brought: readonly NewData[] = [],
): Promise<{ readonly source: string | null; readonly lifecycle: Lifecycle | undefined }> {
  for (const path of PATHS.lifecycle) {
    const bytes = brought.find((data) => data.path === path)?.bytes
    if (bytes !== undefined) return { source: path, lifecycle: parseLifecycle(utf8FromBytes(bytes) ?? '', path) }
    if (await files.exists(path)) return { source: path, lifecycle: parseLifecycle(await files.readText(path), path) }
  }
  return { source: null, lifecycle: undefined }
}
