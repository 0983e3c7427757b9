import { expect, test } from 'vitest'
import { formatPackageName, parsePackageName } from './package-name.ts'

test.each([
  ['6.1.0-54-cloud-amd64', 'kmend-patch-6.1.0-54-cloud-amd64', 'kmend-patch-6.1.0-54-cloud-amd64'],
  ['6.12.115+deb12-cloud-amd64', 'kmend-patch-6.12.115+deb12-cloud-amd64', 'kmend-patch-6.12.115+deb12-cloud-amd64'],
  ['5.14.0-427.el9.x86_64', 'kmend-patch-5.14.0-427.el9.x86++5f64', 'kmend-patch-5.14.0-427.el9.x86_64'],
  ['6.11.0-RT', 'kmend-patch-6.11.0-++52++54', 'kmend-patch-6.11.0-RT'],
  ['6.19.0-rc1~x', 'kmend-patch-6.19.0-rc1++7ex', 'kmend-patch-6.19.0-rc1++7ex'],
  ['6.1.0+', 'kmend-patch-6.1.0++2b', 'kmend-patch-6.1.0++2b'],
  ['6.1.0++2b', 'kmend-patch-6.1.0++2b+2b', 'kmend-patch-6.1.0++2b+2b'],
  ['6.1.0+_a', 'kmend-patch-6.1.0++2b++5fa', 'kmend-patch-6.1.0+_a'],
  ['6.1.0_+a', 'kmend-patch-6.1.0++5f+a', 'kmend-patch-6.1.0_+a'],
  ['6.1.0-', 'kmend-patch-6.1.0++2d', 'kmend-patch-6.1.0++2d'],
  ['6.1.0-é', 'kmend-patch-6.1.0-++c3++a9', 'kmend-patch-6.1.0-++c3++a9'],
])('%s is in the name of its package, and back', (release, deb, rpm) => {
  expect([formatPackageName(release, 'deb'), formatPackageName(release, 'rpm')]).toEqual([deb, rpm])
  expect([parsePackageName(deb), parsePackageName(rpm)]).toEqual([release, release])
})

test('no two releases have one name', () => {
  const alphabet = ['a', '2', 'b', '+', '-', '_']
  const releases = [1, 2, 3, 4].reduce<string[]>((all) => ['', ...all.flatMap((text) => alphabet.map((letter) => text + letter))], [''])
  for (const format of ['deb', 'rpm'] as const) {
    const names = releases.filter((release) => release !== '').map((release) => formatPackageName(release, format))
    expect(new Set(names).size).toBe(names.length)
    expect(names.map(parsePackageName)).toEqual(releases.filter((release) => release !== ''))
  }
})

test.each(['kmend-patch-', 'kmend-agent', 'linux-image-6.1.0', 'kmend-patch-6.1++zz', 'kmend-patch-6.1++c3', 'kmend-patch-6.1++'])(
  '%s is no package of live patches',
  (name) => {
    expect(parsePackageName(name)).toBeUndefined()
  },
)
