import { type NewFile, type Planned, type Refusal, planCatalogue, refuse, reviseArea } from './change.ts'
import { LIFECYCLE_TARGET, VULNERABILITIES_TARGET, kernelRepository, targetFile } from './layout.ts'
import type { Targets } from './metadata.ts'
import type { Circumstances, Repository } from './repository.ts'

export interface DataFile {
  readonly path: string
  readonly sha256: string
  readonly sizeBytes: number
}

export interface DataWish {
  readonly release: string
  readonly lifecycle?: DataFile & { readonly from: string | null; readonly until: string | null }
  readonly vulnerabilities?: DataFile
}

/** Until when a kernel gets live patches, and what is known to be wrong with it. */
export function planData(
  repository: Repository,
  wish: DataWish,
  means: Circumstances & { readonly sha256: (text: string) => string },
): Planned {
  const { release, lifecycle, vulnerabilities } = wish
  const area = repository.kernels.get(release)
  const entry = repository.listed.find((one) => one.release === release)
  const refusals: Refusal[] = [
    ...(area === undefined || entry === undefined ? [{ code: 'repo/unknown' as const, text: `there is no kernel ${release} here` }] : []),
    ...(lifecycle === undefined && vulnerabilities === undefined ? [{ code: 'repo/unknown' as const, text: 'no data is given' }] : []),
  ]
  if (area === undefined || entry === undefined || refusals.length > 0) return refuse(refusals)
  const given = [
    ...(lifecycle === undefined ? [] : [['lifecycle', LIFECYCLE_TARGET, lifecycle] as const]),
    ...(vulnerabilities === undefined ? [] : [['vulnerabilities', VULNERABILITIES_TARGET, vulnerabilities] as const]),
  ]
  const roles = Object.fromEntries(given.map(([role, target, file]) => [role, targetOf(target, file)]))
  const files = given.map(([, target, { path, sha256, sizeBytes }]): NewFile => {
    return { path: targetFile(kernelRepository(release), target, sha256), sha256, sizeBytes, from: { kind: 'file', path } }
  })
  const days = lifecycle === undefined ? {} : { from: lifecycle.from, until: lifecycle.until }
  const isListed = Object.entries(days).every(([day, value]) => entry[day as 'from' | 'until'] === value)
  const listed = [...repository.listed.filter((one) => one !== entry), { ...entry, ...days }]
  const catalogue = isListed
    ? { documents: [], files: [] }
    : planCatalogue(repository, listed, { circumstances: means, sha256: means.sha256 })
  return {
    kind: 'planned',
    change: {
      act: 'data',
      atMs: means.nowMs,
      reason: null,
      bundles: [],
      documents: [...reviseArea(area, { roles }, means), ...catalogue.documents],
      files: [...files, ...catalogue.files],
    },
  }
}

function targetOf(target: string, { sizeBytes, sha256 }: DataFile): Targets['targets'] {
  return { [target]: { length: sizeBytes, hashes: { sha256 } } }
}
