import { earlyPatches } from '../../core/host/mod.ts'
import { readRecord } from './host-store.ts'
import type { HostPorts } from './ports.ts'
import { keptModule } from './read-candidate.ts'
import { readPolicy } from './session.ts'

export interface ImageModule {
  readonly path: string
  readonly fileSha256: string
}

/**
 * The modules that the initial RAM disk of a kernel is to hold, each as it was accepted: a file that has changed since is left out. It takes no lock, because
 * who holds it may be waiting for this. Faults: io/permission, host/policy, host/state.
 */
export async function listImageModules(release: string, ports: HostPorts): Promise<readonly ImageModule[]> {
  const modules: ImageModule[] = []
  for (const patch of earlyPatches(await readRecord(ports), release, await readPolicy(ports))) {
    const path = await keptModule(patch, ports)
    if (ports.digest(await ports.files.readBytes(path)) === patch.fileSha256) modules.push({ path, fileSha256: patch.fileSha256 })
    else ports.progress(`${path} is not the module that was accepted: it is left out`)
  }
  return modules
}
