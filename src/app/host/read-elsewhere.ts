import { utf8FromBytes } from '../../core/base/mod.ts'
import type { Followed, Policy } from '../../core/host/mod.ts'
import { parseRootFacts } from '../../core/trust/mod.ts'
import { PATHS } from './paths.ts'
import type { HostPorts } from './ports.ts'
import { takeLogged } from './take-logged.ts'

export interface Elsewhere {
  /** `kernels/<release>` or `catalogue`. */
  readonly repository: string
  readonly role: string
  readonly target: string
}

export interface ReadWish {
  readonly policy: Policy
  readonly deadline: AbortSignal
}

/**
 * Signed data of one of the publisher's repositories that is not that of this kernel, verified as that is; undefined when the publisher gives none.
 * Faults: trust/*, fetch/*, io/*.
 */
export async function readElsewhere(
  { url, fingerprint, isCarried }: Followed,
  { repository, role: name, target: path }: Elsewhere,
  { policy, deadline }: ReadWish,
  ports: HostPorts,
): Promise<string | undefined> {
  const source = {
    ...{ url, fingerprint, isCarried, deadline, repository },
    isOffline: false,
    proxy: policy.updates.proxy ?? undefined,
    folder: `${PATHS.metadata}/${fingerprint}`,
  }
  return ports.withRepository(source, async (opened) => {
    const { log } = parseRootFacts(opened.root)
    const role = await opened.role(name)
    await takeLogged([...opened.top, ...(role === undefined ? [] : [role])], { ...source, log, fetch: opened.fetch }, ports)
    const target = role?.targets.find((candidate) => candidate.path === path)
    return target === undefined ? undefined : (utf8FromBytes(await opened.read(target)) ?? '')
  })
}
