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

export const LOG_CHECKPOINT = 'log/checkpoint'

/** The index of the entry that made a metadata file public. */
export function logLeaf(metadataSha256: string): string {
  return `log/leaf/${metadataSha256}`
}

/** Roles of a kernel's repository that are no tiers. */
export const DATA_ROLES = ['lifecycle', 'vulnerabilities'] as const

/** How many targets one role may have: clients verify a role as a whole. */
export const MAX_TARGETS = 500
