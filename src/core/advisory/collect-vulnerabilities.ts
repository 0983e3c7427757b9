import type { Manifest } from '../bundle/mod.ts'
import { type CveRecord, type KnownExploitedList, baseScore, isAffected } from '../cve/mod.ts'
import { compareDebianVersions } from '../kernel/mod.ts'
import { type Account, type CveAccount, fixesBetween, versionsIn } from '../update/mod.ts'
import type { Vulnerabilities, Vulnerability, VulnerabilitySource } from '../vulnerability/mod.ts'
import { VULNERABILITIES_SCHEMA } from '../vulnerability/mod.ts'

/** What a publisher knows that concerns one kernel. */
export interface KernelKnowledge {
  readonly kernel: Pick<Manifest['kernel'], 'release' | 'packageVersion'>
  readonly asOfMs: number
  readonly sources: readonly VulnerabilitySource[]
  readonly records: readonly CveRecord[]
  readonly exploited: KnownExploitedList | undefined
  /** Of the distribution's newest kernel package. */
  readonly changelog: string | undefined
  /** All live patches for this kernel. */
  readonly patches: readonly KnownPatch[]
}

export interface KnownPatch {
  readonly manifest: Manifest
  /** Of a whole update. */
  readonly account: Account | undefined
}

/** Every CVE that concerns the kernel, and what takes it away: docs/formats/vulnerabilities.md. */
export function collectVulnerabilities(knowledge: KernelKnowledge): Vulnerabilities {
  const { kernel, asOfMs, sources, records, changelog = '' } = knowledge
  const patches = knowledge.patches.toSorted((a, b) => versionOf(a) - versionOf(b))
  const fixes = fixesBetween(changelog, kernel.packageVersion, undefined)
  const affecting = records.filter(({ claims }) => isAffected(claims, stableOf(kernel.packageVersion)) === true)
  const ids = new Set([
    ...affecting.map(({ id }) => id),
    ...fixes.flatMap(({ cves }) => cves),
    ...patches.flatMap(({ manifest, account }) => [...manifest.fixes.cves, ...(account?.cves ?? []).map(({ id }) => id)]),
  ])
  const byId = new Map(records.map((record) => [record.id, record]))
  const isNamed = new Set(affecting.map(({ id }) => id))
  const cves = [...ids].toSorted(byNumber).map((id): Vulnerability => {
    const record = byId.get(id)
    const fix = fixes.find((one) => one.cves.includes(id))
    const { match, ...standing } = standingOf(id, patches)
    return {
      id,
      title: record?.title ?? fix?.title ?? accountOf(id, patches)?.title ?? '',
      cvss: (record?.cvss ?? []).flatMap(({ vector, source }) => {
        const score = baseScore(vector)
        return score === undefined ? [] : [{ vector, score, source }]
      }),
      knownExploited: knowledge.exploited?.cves.get(id) ?? record?.knownExploited ?? null,
      fixedIn: fix?.version ?? fixedBy(record, versionsIn(changelog)) ?? null,
      ...standing,
      match: isNamed.has(id) ? 'record' : fix === undefined ? match : 'changelog',
    }
  })
  return { schema: VULNERABILITIES_SCHEMA, release: kernel.release, asOfMs, sources, cves }
}

/** What the live patches make of it: a manifest names only what its patch holds for certain and wholly. */
function standingOf(id: string, patches: readonly KnownPatch[]): Pick<Vulnerability, 'standing' | 'reason' | 'patch' | 'match'> {
  const whole = patches.find(({ manifest }) => manifest.fixes.cves.includes(id))
  if (whole !== undefined) return { standing: 'live', reason: null, patch: nameOf(whole), match: 'patch' }
  const telling = patches.findLast(({ account }) => account?.cves.some((cve) => cve.id === id))
  const cve = accountOf(id, patches)
  if (telling === undefined || cve === undefined) return { standing: 'open', reason: null, patch: null, match: 'guess' }
  const match = cve.isGuess ? 'guess' : 'record'
  switch (cve.standing) {
    case 'live':
    case 'partly': {
      const first = patches.find(({ account }) => account?.cves.some((one) => one.id === id && one.standing === cve.standing)) ?? telling
      return { standing: 'partly', reason: whyPartly(cve, telling.account), patch: nameOf(first), match }
    }
    case 'needs-reboot':
    case 'init-only':
      return { standing: 'needs-reboot', reason: reasonIn(cve, telling.account), patch: null, match }
    case 'no-code':
    case 'not-compiled':
      return { standing: 'not-affected', reason: null, patch: null, match }
    case 'not-asked':
    case 'unknown':
      return { standing: 'open', reason: null, patch: null, match }
  }
}

function whyPartly(cve: CveAccount, account: Account | undefined): string {
  if (cve.standing === 'partly') return reasonIn(cve, account) ?? 'a part of its change needs a reboot'
  return cve.isGuess
    ? 'which of the changes belong to it is a guess'
    : 'another change to the same files is left out, and nothing tells which of the two is part of it'
}

/** Why the first of its changes that is left out is so. */
function reasonIn({ files }: CveAccount, account: Account | undefined): string | null {
  const rows = (account?.files ?? []).filter(({ file }) => files.includes(file)).flatMap((file) => file.rows)
  const left = rows.find(({ standing, reason }) => (standing === 'needs-reboot' || standing === 'init-only') && reason !== undefined)
  return left === undefined ? null : `${left.item}: ${left.reason}`
}

/** By the newest live patch of a whole update that speaks of it. */
function accountOf(id: string, patches: readonly KnownPatch[]): CveAccount | undefined {
  return patches
    .toReversed()
    .flatMap(({ account }) => account?.cves ?? [])
    .find((cve) => cve.id === id)
}

/** The first package whose stable version has the fix, of those that the changelog knows. */
function fixedBy(record: CveRecord | undefined, versions: readonly string[]): string | undefined {
  return versions.findLast((version) => {
    const stable = stableOf(version)
    const line = stable.replace(/\d+$/, '')
    return record?.fixedIn.some((fixed) => fixed.startsWith(line) && compareDebianVersions(stable, fixed) >= 0) === true
  })
}

/** The stable version that a package has the source of: `6.1.190-1` has 6.1.190. */
function stableOf(packageVersion: string): string {
  return /^\d+\.\d+\.\d+/.exec(packageVersion)?.[0] ?? packageVersion
}

function nameOf({ manifest }: KnownPatch): { readonly name: string; readonly version: number } {
  return { name: manifest.name, version: manifest.version ?? 1 }
}

function versionOf({ manifest }: KnownPatch): number {
  return manifest.version ?? 1
}

/** CVE-2026-9 before CVE-2026-10. */
function byNumber(a: string, b: string): number {
  return compareDebianVersions(a.slice(4), b.slice(4))
}
