/** Where things are below a repository's address: docs/formats/repository.md. */

/** Folder of the TUF repository of one kernel release, or of the catalogue. */
export function kernelRepository(release: string): string {
  return `kernels/${release}`
}

export const CATALOGUE = 'catalogue'

/** Target paths, as metadata has them. */
export const KERNELS_TARGET = 'kernels/kernels.json'
export const LIFECYCLE_TARGET = 'lifecycle/lifecycle.json'
export const VULNERABILITIES_TARGET = 'vulnerabilities/vulnerabilities.json'

export function bundleTarget(tier: string, name: string): string {
  return `${tier}/${name}.kmend`
}

/** Where a target's bytes are: TUF's consistent snapshots have the digest before the file's name. */
export function targetFile(repository: string, target: string, sha256: string): string {
  const slash = target.lastIndexOf('/') + 1
  return `${repository}/targets/${target.slice(0, slash)}${sha256}.${target.slice(slash)}`
}

/** Where metadata is; timestamps have no version in their name. */
export function metadataFile(repository: string, role: string, version?: number): string {
  return `${repository}/metadata/${version === undefined ? '' : `${version}.`}${role}.json`
}

/** Whether a name can be one part of a path, and lead nowhere else. */
export function isPathPart(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._+~-]{0,127}$/.test(name)
}

export const LOG_CHECKPOINT = 'log/checkpoint'

/** How far witnesses have seen the log. */
export const LOG_WITNESSED = 'log/witnessed.json'

/** The index of the entry that made a metadata file public. */
export function logLeaf(metadataSha256: string): string {
  return `log/leaf/${metadataSha256}`
}

/** Roles of a kernel's repository that are no tiers. */
export const DATA_ROLES = ['lifecycle', 'vulnerabilities'] as const

/** How many targets one role may have: clients verify a role as a whole. */
export const MAX_TARGETS = 500
