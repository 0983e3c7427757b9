import { expect, test } from 'vitest'
import { formatPackageName, parsePackageName } from './package-name.ts'

test.each([
  ['6.1.0-54-cloud-amd64', '6.1.0-54-cloud-amd64', '6_1_0-54-cloud-amd64'],
  ['6.12.115+deb12-cloud-amd64', '6.12.115+deb12-cloud-amd64', '6_12_115+deb12-cloud-amd64'],
  ['5.14.0-427.el9.x86_64', '5.14.0-427.el9.x86++5f64', '5_14_0-427_el9_x86++5f64'],
  ['6.11.0-RT', '6.11.0-++52++54', '6_11_0-RT'],
  ['6.19.0-rc1~x', '6.19.0-rc1++7ex', '6_19_0-rc1++7ex'],
  ['6.1.0+', '6.1.0++2b', '6_1_0++2b'],
  ['6.1.0++2b', '6.1.0++2b+2b', '6_1_0++2b+2b'],
  ['6.1.0+_a', '6.1.0++2b++5fa', '6_1_0++2b++5fa'],
  ['6.1.0_+a', '6.1.0++5f+a', '6_1_0++5f+a'],
  ['6.1.0-', '6.1.0++2d', '6_1_0++2d'],
  ['6.1.0-é', '6.1.0-++c3++a9', '6_1_0-++c3++a9'],
])('%s is in the names of its packages, and back', (release, deb, rpm) => {
  const names = [
    ['deb', 'patch', `kmend-patch-${deb}`],
    ['deb', 'initial', `kmend-initial-${deb}`],
    ['rpm', 'patch', `kernel-livepatch-${rpm}`],
    ['rpm', 'initial', `kernel-initial-livepatch-${rpm}`],
  ] as const
  for (const [format, stage, name] of names) {
    expect(formatPackageName(release, format, stage)).toBe(name)
    expect(parsePackageName(name, format)).toEqual({ release, stage })
  }
})

test('no two releases have one name', () => {
  const alphabet = ['a', '2', 'b', '+', '-', '_', '.']
  const releases = [1, 2, 3, 4].reduce<string[]>((all) => ['', ...all.flatMap((text) => alphabet.map((letter) => text + letter))], [''])
  for (const format of ['deb', 'rpm'] as const) {
    const names = releases.filter((release) => release !== '').map((release) => formatPackageName(release, format))
    expect(new Set(names).size).toBe(names.length)
    expect(names.map((name) => parsePackageName(name, format)?.release)).toEqual(releases.filter((release) => release !== ''))
  }
})

test.each([
  ...['kmend-patch-', 'kmend-agent', 'linux-image-6.1.0', 'kernel-livepatch-6_1_0', 'kmend-patch-6.1++zz', 'kmend-patch-6.1++c3'],
  'kmend-patch-6.1++',
])('%s is no Debian package of live patches', (name) => {
  expect(parsePackageName(name, 'deb')).toBeUndefined()
})
