import { type KernelChoice, type KernelOutlook, kernelChoices, outlookOf } from '../../core/host/mod.ts'
import { VULNERABILITIES_TARGET, kernelRepository, parseKernels } from '../../core/trust/mod.ts'
import { parseVulnerabilities } from '../../core/vulnerability/mod.ts'
import { ASKING_MS } from './ask-then-act.ts'
import { needFollowed } from './following-store.ts'
import type { HostPorts } from './ports.ts'
import { readCatalogue } from './read-catalogue.ts'
import { readElsewhere } from './read-elsewhere.ts'
import { readKernel } from './read-kernel.ts'
import { checkIsRoot, readPolicy } from './session.ts'

export interface KernelsReport {
  readonly running: string
  readonly tier: string
  /** The newest first; `known` is null where the publisher says nothing of what is wrong with a kernel. */
  readonly kernels: readonly (KernelChoice & { readonly known: KernelOutlook | null })[]
}

/** Every kernel that the repository has live patches for, and how this host would stand with it. Faults: host/not-root, host/no-repository, trust/*, fetch/*, data/vulnerabilities. */
export async function listAllKernels(ports: HostPorts): Promise<KernelsReport> {
  checkIsRoot(ports)
  const followed = await needFollowed(ports)
  const wish = { policy: await readPolicy(ports), deadline: ports.deadline(ASKING_MS) }
  const kernels: KernelsReport['kernels'][number][] = []
  const catalogue = await readCatalogue(followed, wish, ports)
  const listed = catalogue === undefined ? [] : parseKernels(catalogue)
  for (const choice of kernelChoices({ listed, tier: followed.tier }, ports.nowMs())) {
    const place = { repository: kernelRepository(choice.release), role: 'vulnerabilities', target: VULNERABILITIES_TARGET }
    const text = await readElsewhere(followed, place, wish, ports)
    const known = text === undefined ? null : outlookOf(parseVulnerabilities(text, `${place.repository}: ${place.target}`), choice)
    kernels.push({ ...choice, known })
  }
  return { running: readKernel(ports.system).release, tier: followed.tier, kernels }
}
