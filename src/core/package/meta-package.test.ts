import { expect, test } from 'vitest'
import { compareDebianVersions } from '../kernel/mod.ts'
import { flavourOf, metaPackages } from './meta-package.ts'
import { readPool } from './pool.ts'

test.each([
  ['6.1.0-54-cloud-amd64', 'cloud-amd64'],
  ['6.1.0-54-amd64', 'amd64'],
  ['6.1.0-54-rt-amd64', 'rt-amd64'],
  ['6.12.117+deb12-cloud-amd64', 'cloud-amd64'],
  ['6.1.190-custom+1', undefined],
])('%s is of the flavour %s', (release, flavour) => {
  expect(flavourOf(release)).toBe(flavour)
})

const POOL = [
  'kmend-initial-6.1.0-54-cloud-amd64_1_amd64.deb',
  'kmend-patch-6.1.0-54-cloud-amd64_2_amd64.deb',
  'kmend-patch-6.1.0-54-cloud-amd64_7_amd64.deb',
  'kmend-patch-6.1.0-9-cloud-amd64_3_amd64.deb',
  'kmend-initial-6.1.0-56-cloud-amd64_1_amd64.deb',
  'kmend-patch-6.1.0-54-amd64_3_amd64.deb',
  'kmend-agent_0.1.0_amd64.deb',
  'kmend-livepatch-amd64_6.1.0.54.3_amd64.deb',
]

test('for each flavour a package brings the newest live patch for every kernel of the pool, and needs that for the newest', () => {
  expect(metaPackages(readPool(POOL, 'deb'), 'deb')).toMatchObject([
    {
      name: 'kmend-livepatch-cloud-amd64',
      version: '6.1.0.56.12',
      depends: ['kmend-initial-6.1.0-56-cloud-amd64 (>= 1)'],
      recommends: ['kmend-patch-6.1.0-54-cloud-amd64 (>= 7)', 'kmend-patch-6.1.0-9-cloud-amd64 (>= 3)'],
    },
    { name: 'kmend-livepatch-amd64', version: '6.1.0.54.3', depends: ['kmend-patch-6.1.0-54-amd64 (>= 3)'], recommends: [] },
  ])
})

test('for rpm it names them in the manner of rpm', () => {
  const pool = readPool(
    ['kernel-livepatch-6_1_0-54-default-2-1.x86_64.rpm', 'kernel-initial-livepatch-6_1_0-54-default-1-1.x86_64.rpm'],
    'rpm',
  )
  expect(metaPackages(pool, 'rpm')).toMatchObject([{ version: '6.1.0.54.3', requires: ['kernel-livepatch-6_1_0-54-default >= 2'] }])
})

test('whatever comes into the pool makes a higher version of it', () => {
  const versions = POOL.map((_, at) => metaPackages(readPool(POOL.slice(0, at + 1), 'deb'), 'deb')[0]?.version ?? '')
  const cloud = versions.slice(0, 5)
  expect(cloud.toSorted(compareDebianVersions)).toEqual(cloud)
  expect(new Set(cloud).size).toBe(5)
})
