import { compareDebianVersions } from '../kernel/mod.ts'

/** What one part of a record says of versions, by number: a default, and ranges that differ from it. CVE JSON 5, `affected`. */
export interface VersionClaim {
  readonly isAffected: boolean
  readonly ranges: readonly VersionRange[]
}

interface VersionRange {
  readonly isAffected: boolean
  readonly from: string
  /** The first version that it does not speak of; `*` when there is none. */
  readonly before?: string
  /** The last one that it speaks of: a version, all of a line (`6.1.*`), or `*`. */
  readonly upTo?: string
}

/** As it stands in a record. */
export interface RawAffected {
  readonly defaultStatus?: unknown
  readonly programFiles?: readonly string[]
  readonly versions?: readonly {
    readonly version?: unknown
    readonly lessThan?: unknown
    readonly lessThanOrEqual?: unknown
    readonly status?: unknown
    readonly versionType?: unknown
  }[]
}

/** Nothing of parts that speak of commits: they order nothing. */
export function readClaims({ defaultStatus, versions: given }: RawAffected): VersionClaim[] {
  const versions = objectsOf(given)
  if (versions.some(({ versionType }) => versionType === 'git')) return []
  const ranges = versions.flatMap(({ version, lessThan, lessThanOrEqual, status }): VersionRange[] => {
    if (typeof version !== 'string') return []
    const limits = {
      ...(typeof lessThan === 'string' ? { before: lessThan } : {}),
      ...(typeof lessThanOrEqual === 'string' ? { upTo: lessThanOrEqual } : {}),
    }
    return [{ isAffected: status === 'affected', from: version, ...limits }]
  })
  return ranges.length === 0 ? [] : [{ isAffected: defaultStatus === 'affected', ranges }]
}

/** Whether a stable version (`6.1.190`) has the defect by what its record claims; undefined when that speaks of no versions. */
export function isAffected(claims: readonly VersionClaim[], version: string): boolean | undefined {
  if (claims.length === 0) return undefined
  return claims.some((claim) => claim.ranges.find((range) => isWithin(version, range))?.isAffected ?? claim.isAffected)
}

function isWithin(version: string, { from, before, upTo }: VersionRange): boolean {
  if (before === undefined && upTo === undefined) return version === from
  if (compareDebianVersions(version, from) < 0) return false
  if (before !== undefined) return before === '*' || compareDebianVersions(version, before) < 0
  if (upTo === undefined || upTo === '*') return true
  return upTo.endsWith('.*') ? version.startsWith(upTo.slice(0, -1)) : compareDebianVersions(version, upTo) <= 0
}

/** Of what should be a list of objects, those that are some. */
export function objectsOf<T extends object>(value: readonly T[] | undefined): readonly T[] {
  const isObject = (one: unknown) => typeof one === 'object' && one !== null
  return Array.isArray(value) ? (value as readonly T[]).filter(isObject) : []
}
