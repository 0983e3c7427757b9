import { describe, expect, test } from 'vitest'
import { MEANS, applyPlan, emptyRepository, keySpecimen, newBundle, repositoryWith } from '../../../test/kit/planned-repository.ts'
import {
  type Planned,
  type Repository,
  expiringBy,
  offersOf,
  planData,
  planKeys,
  planLogKey,
  planPromote,
  planPublish,
  planRenew,
  planRetract,
} from './mod.ts'

/** What a publisher's wish makes of a repository, before anybody signs it. */

const RELEASE = '6.1.0-1-cloud-amd64'
const AREA = `kernels/${RELEASE}`
const DAY_MS = 86_400_000

/** `area role version` of each document, or what speaks against it. */
function told(planned: Planned): string[] {
  if (planned.kind === 'refused') return planned.refusals.map(({ code, text }) => `${code}: ${text}`)
  return planned.change.documents.map(({ repository, role, metadata }) => `${repository} ${role} ${metadata.signed.version}`)
}
const offered = (repository: Repository, tier: string) =>
  offersOf(repository.kernels.get(RELEASE), tier).map(({ offer: { name, retracted } }) =>
    retracted === undefined ? name : `${name} retracted`,
  )
const publish = (repository: Repository, wish: Parameters<typeof newBundle>[0], tier = 'canary', newest = new Map()) =>
  planPublish(repository, { bundles: [newBundle(wish)], tier, newest }, MEANS)
const promote = (repository: Repository, name: string, tier = 'stable') => planPromote(repository, { name, tier }, MEANS)
const retract = (repository: Repository, change: object = {}) =>
  planRetract(repository, { name: 'fix_1', tier: undefined, reason: 'it panics', stepBack: false, ...change }, MEANS)
const keys = (repository: Repository, change: object) =>
  planKeys(repository, { role: 'stable', add: [], remove: [], threshold: undefined, ...change }, MEANS)

describe('a publication', () => {
  test('of the first bundle of a kernel makes its area, and names it in the catalogue', () => {
    const planned = publish(emptyRepository(), { name: 'fix_1' })
    expect(told(planned)).toEqual([
      `${AREA} canary 1`,
      `${AREA} targets 1`,
      `${AREA} snapshot 1`,
      'catalogue kernels 2',
      'catalogue snapshot 2',
    ])
    expect(applyPlan(emptyRepository(), planned).listed).toMatchObject([
      { release: RELEASE, tiers: { canary: { name: 'fix_1', version: 1 }, stable: null } },
    ])
  })

  test('up to a later tier has its bytes in each tier, and in the first from the file', () => {
    const planned = publish(repositoryWith({ name: 'fix_1' }), { name: 'fix_2', version: 2 }, 'stable')
    expect(told(planned)).toEqual([
      `${AREA} canary 2`,
      `${AREA} stable 1`,
      `${AREA} snapshot 2`,
      'catalogue kernels 3',
      'catalogue snapshot 3',
    ])
    expect(planned.kind === 'planned' && planned.change.files.map(({ from }) => from.kind)).toEqual(['file', 'stored', 'text'])
  })

  const FIRST = repositoryWith({ name: 'fix_1', cves: ['CVE-2026-1'] })
  const newest = new Map([[RELEASE, newBundle({ name: 'fix_1', cves: ['CVE-2026-1'] }).manifest]])
  test.each([
    ['a tier that nobody knows', { name: 'fix_2' }, 'beta', 'repo/unknown: there is no tier beta: there is canary, stable'],
    [
      'a name that is taken',
      { name: 'fix_1', version: 2 },
      'canary',
      'repo/order: fix_1 is published already, as version 1: a name is given once',
    ],
    [
      'a version that does not grow',
      { name: 'fix_2', version: 1, cves: ['CVE-2026-1'] },
      'canary',
      'repo/order: fix_2: its version, 1, is not higher than 1',
    ],
    ['a fix less', { name: 'fix_2', version: 2 }, 'canary', 'repo/order: fix_2: fix_1 fixes CVE-2026-1, and this does not'],
    [
      'another build of the kernel',
      { name: 'fix_2', version: 2, buildId: 'cd'.repeat(20) },
      'canary',
      'repo/order: fix_2 is for another build',
    ],
    ['a kernel that leads elsewhere', { name: 'fix_2', release: '../x' }, 'canary', 'repo/order: "../x" cannot be the name of a kernel'],
  ])('with %s is refused', (_, wish, tier, refusal) => {
    expect(told(publish(FIRST, wish, tier, newest))).toContainEqual(expect.stringContaining(refusal))
  })

  test('beyond 500 bundles of a tier is refused', () => {
    const repository = repositoryWith({ name: 'fix_1' })
    const bundles = Array.from({ length: 500 }, (_, at) => newBundle({ name: `more_${at}`, version: at + 2 }))
    const planned = planPublish(repository, { bundles, tier: 'canary', newest: new Map() }, MEANS)
    expect(told(planned)).toEqual([`repo/full: more_499 does not fit into canary of ${RELEASE}: it is full`])
  })
})

describe('a promotion', () => {
  const CVES = [{ id: 'CVE-2026-1', cvss: 9.8, knownExploited: true }]
  const BOTH = [
    newBundle({ name: 'fix_1', cves: ['CVE-2026-1'] }, CVES),
    newBundle({ name: 'fix_2', version: 2, cves: ['CVE-2026-1'] }, CVES),
  ]

  test('is as urgent as all that the tier has not had', () => {
    const two = applyPlan(emptyRepository(), planPublish(emptyRepository(), { bundles: BOTH, tier: 'canary', newest: new Map() }, MEANS))
    expect(offersOf(two.kernels.get(RELEASE), 'canary').map(({ offer }) => offer.urgency.cvss)).toEqual([9.8, null])
    const promoted = applyPlan(two, promote(two, 'fix_2'))
    expect(offersOf(promoted.kernels.get(RELEASE), 'stable')).toMatchObject([
      { offer: { name: 'fix_2', urgency: { cvss: 9.8, knownExploited: true } } },
    ])
  })

  const TWO = repositoryWith({ name: 'fix_1' }, { name: 'fix_2', version: 2, tier: 'stable' })
  const RETRACTED = applyPlan(TWO, retract(TWO))
  test.each([
    ['into the first tier', TWO, 'fix_1', 'canary', 'repo/order: canary is the first tier'],
    ['into a tier that nobody knows', TWO, 'fix_1', 'beta', 'repo/unknown: there is no tier beta'],
    ['of a bundle that nobody knows', TWO, 'fix_9', 'stable', 'repo/unknown: no kernel here has a bundle fix_9'],
    ['of one that is there', TWO, 'fix_2', 'stable', `repo/order: fix_2 for ${RELEASE} is in stable already`],
    ['below what is there', TWO, 'fix_1', 'stable', 'has version 1, and stable has version 2, fix_2, already'],
    ['of one that is retracted', RETRACTED, 'fix_1', 'stable', 'is retracted from canary: it panics'],
  ])('%s is refused', (_, repository, name, tier, refusal) => {
    expect(told(promote(repository, name, tier))).toContainEqual(expect.stringContaining(refusal))
  })
})

describe('a retraction', () => {
  const BOTH = repositoryWith({ name: 'fix_1', tier: 'stable' }, { name: 'fix_2', version: 2, tier: 'stable' })

  test('is of every tier, or of one, and the catalogue names the version before', () => {
    const everywhere = applyPlan(BOTH, retract(BOTH, { name: 'fix_2' }))
    expect([offered(everywhere, 'canary'), offered(everywhere, 'stable')]).toEqual([
      ['fix_1', 'fix_2 retracted'],
      ['fix_1', 'fix_2 retracted'],
    ])
    expect(everywhere.listed).toMatchObject([{ tiers: { canary: { name: 'fix_1' }, stable: { name: 'fix_1' } } }])
    expect(told(retract(BOTH, { tier: 'stable' }))).toEqual([
      `${AREA} stable 3`,
      `${AREA} snapshot 3`,
      'catalogue kernels 4',
      'catalogue snapshot 4',
    ])
  })

  test.each([
    ['of a bundle that nobody knows', { name: 'fix_9' }, 'repo/unknown: no kernel here has a bundle fix_9'],
    ['from a tier that nobody knows', { tier: 'beta' }, 'repo/unknown: there is no tier beta'],
    ['for no reason', { reason: ' ' }, 'repo/order: the reason must be one line'],
    ['for a reason that steers a terminal', { reason: '\u001b[2J' }, 'repo/order: the reason must be one line'],
  ])('%s is refused', (_, change, refusal) => {
    expect(told(retract(BOTH, change))).toEqual([expect.stringContaining(refusal)])
  })

  test('for a second time is refused', () => {
    expect(told(retract(applyPlan(BOTH, retract(BOTH))))).toEqual(['repo/order: fix_1 is retracted already'])
  })
})

describe('other keys', () => {
  const ONE = repositoryWith({ name: 'fix_1' })
  const add = [keySpecimen('other')]

  test.each([
    [
      'a tier with metadata',
      { role: 'canary' },
      [`${AREA} canary 2`, `${AREA} targets 2`, `${AREA} snapshot 2`, 'catalogue targets 2', 'catalogue snapshot 3'],
    ],
    ['a tier without', { role: 'stable' }, [`${AREA} targets 2`, `${AREA} snapshot 2`, 'catalogue targets 2', 'catalogue snapshot 3']],
    ['kernels', { role: 'kernels' }, ['catalogue kernels 3', 'catalogue targets 2', 'catalogue snapshot 3']],
    ['timestamp', { role: 'timestamp' }, ['* root 2']],
    ['snapshot', { role: 'snapshot' }, ['* root 2', `${AREA} snapshot 2`, 'catalogue snapshot 3']],
  ])('for %s make what it has said be signed anew, by those that have the say now', (_, wish, documents) => {
    expect(told(keys(ONE, { ...wish, add }))).toEqual(documents)
  })

  test.each([
    ['for a role that nobody knows', { role: 'beta', add }, 'repo/unknown: there is no role beta'],
    ['that are there', { add: [keySpecimen('stable')] }, 'repo/order: stable has the key'],
    ['in place of one that is not there', { add, remove: ['ab'] }, 'repo/order: stable has no key ab'],
    ['fewer than must sign', { add, threshold: 3 }, 'repo/order: stable would have 2 keys, and 3 must sign'],
    ['none at all', { remove: [keySpecimen('stable').id] }, 'repo/order: stable would have 0 keys, and 1 must sign'],
  ])('%s are refused', (_, wish, refusal) => {
    expect(told(keys(ONE, wish))).toContainEqual(expect.stringContaining(refusal))
  })

  test('leave the metadata with the last role that had them', () => {
    const { root } = applyPlan(ONE, keys(ONE, { role: 'timestamp', add, remove: [keySpecimen('timestamp').id] }))
    expect(Object.keys(root.signed.keys)).toContain(keySpecimen('other').id)
    expect(Object.keys(root.signed.keys)).not.toContain(keySpecimen('timestamp').id)
  })

  test('for the log are named by a new root, and nothing else of it changes', () => {
    const planned = planLogKey(ONE, 'another key', MEANS)
    expect(told(planned)).toEqual(['* root 2'])
    const { keys: had, roles, kmend } = ONE.root.signed
    const log = { origin: 'example.org/log', key: 'another key' }
    expect(applyPlan(ONE, planned).root.signed).toMatchObject({ keys: had, roles, kmend: { ...kmend, log } })
  })
})

describe('upkeep', () => {
  const ONE = repositoryWith({ name: 'fix_1' })

  test('signs anew what expires in time, and what depends on it', () => {
    const withinMs = 31 * DAY_MS
    expect(expiringBy(ONE, MEANS.nowMs + withinMs).map(({ role }) => role)).toEqual(['kernels'])
    expect(told(planRenew(ONE, { withinMs }, MEANS))).toEqual(['catalogue kernels 3', 'catalogue snapshot 3'])
    expect(told(planRenew(ONE, { withinMs: DAY_MS }, MEANS))).toEqual(['repo/order: nothing expires so soon'])
  })

  test('takes data of a kernel that is there, and lists its days where they are new', () => {
    const file = { path: 'l.json', sha256: 'ab'.repeat(32), sizeBytes: 1 }
    const days = { lifecycle: { ...file, from: '2026-01-01', until: '2027-01-01' } }
    const planned = planData(ONE, { release: RELEASE, ...days }, MEANS)
    expect(told(planned)).toEqual([`${AREA} lifecycle 1`, `${AREA} snapshot 2`, 'catalogue kernels 3', 'catalogue snapshot 3'])
    const listed = applyPlan(ONE, planned)
    expect(told(planData(listed, { release: RELEASE, ...days }, MEANS))).toEqual([`${AREA} lifecycle 2`, `${AREA} snapshot 3`])
    expect(told(planData(ONE, { release: 'other', ...days }, MEANS))).toEqual(['repo/unknown: there is no kernel other here'])
    expect(told(planData(ONE, { release: RELEASE }, MEANS))).toEqual(['repo/unknown: no data is given'])
  })
})
