import { Fault } from '../../core/base/mod.ts'
import { type KnownPatch, collectVulnerabilities } from '../../core/advisory/mod.ts'
import { parseKnownExploited } from '../../core/cve/mod.ts'
import { versionsIn } from '../../core/update/mod.ts'
import { type Vulnerabilities, type VulnerabilitySource, formatVulnerabilities } from '../../core/vulnerability/mod.ts'
import type { DataPorts } from './ports.ts'

export interface VulnerabilitiesRequest {
  /** The live patches for one kernel: output folders of builds, or bundles. At least one. */
  readonly patches: readonly string[]
  /** Folder. */
  readonly cveRecords: string
  readonly knownExploited: string | undefined
  /** Of the distribution's newest kernel package. */
  readonly changelog: string | undefined
  readonly output: string
}

/**
 * Puts together what is known to be wrong with a kernel, for `kmend repo data` to sign. Faults: data/other-kernel, data/known-exploited, usage/cve-records,
 * and those of `readPatch`.
 */
export async function makeVulnerabilities(request: VulnerabilitiesRequest, ports: DataPorts): Promise<Vulnerabilities> {
  const { files, readPatch, readCveRecords, digest, nowMs } = ports
  const patches = await Promise.all(request.patches.map(readPatch))
  const { records, sha256 } = await readCveRecords(request.cveRecords)
  const read = async (path: string | undefined) => (path === undefined ? undefined : files.readText(path))
  const [list, changelog] = [await read(request.knownExploited), await read(request.changelog)]
  const exploited = list === undefined ? undefined : parseKnownExploited(list, request.knownExploited ?? '')
  const sources: readonly (VulnerabilitySource | undefined)[] = [
    { name: 'CVE records', version: null, sha256 },
    exploited && { name: exploited.source, version: exploited.version, sha256: digest(list ?? '') },
    changelog === undefined
      ? undefined
      : { name: 'changelog of the kernel package', version: versionsIn(changelog)[0] ?? null, sha256: digest(changelog) },
    ...patches.map(({ manifest }) => ({ name: manifest.name, version: String(manifest.version ?? 1), sha256: manifest.module.sha256 })),
  ]
  const data = collectVulnerabilities({
    kernel: kernelOf(patches),
    asOfMs: nowMs(),
    sources: sources.filter((source) => source !== undefined),
    records,
    exploited,
    changelog,
    patches,
  })
  await files.write(request.output, formatVulnerabilities(data))
  return data
}

function kernelOf(patches: readonly KnownPatch[]): KnownPatch['manifest']['kernel'] {
  const kernels = patches.map(({ manifest }) => manifest.kernel)
  const [first, ...others] = kernels
  const other = others.find(({ buildId }) => buildId !== first?.buildId)
  if (first !== undefined && other === undefined) return first
  throw new Fault(
    'data/other-kernel',
    `Cannot put together what is wrong with one kernel: the live patches are for ${describe(first)} and ${describe(other)}`,
    {
      try: 'give the live patches of one kernel, and do so for each kernel',
    },
  )
}

function describe(kernel: KnownPatch['manifest']['kernel'] | undefined): string {
  return kernel === undefined ? 'no kernel' : `${kernel.release} (${kernel.packageVersion})`
}
