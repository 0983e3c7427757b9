import { expect, test } from 'vitest'
import { flavourOf, metaPackages } from './meta-package.ts'

test.each([
  ['6.1.0-54-cloud-amd64', 'cloud-amd64'],
  ['6.1.0-54-amd64', 'amd64'],
  ['6.1.0-54-rt-amd64', 'rt-amd64'],
  ['6.12.117+deb12-cloud-amd64', 'cloud-amd64'],
  ['6.1.190-custom+1', undefined],
])('%s is of the flavour %s', (release, flavour) => {
  expect(flavourOf(release)).toBe(flavour)
})

test('for each flavour a package follows its newest kernel, and the newest live patch for that', () => {
  const patches = [
    { release: '6.1.0-56-cloud-amd64', kernelVersion: '6.1.192-1', version: 1 },
    { release: '6.1.0-56-cloud-amd64', kernelVersion: '6.1.192-1', version: 2 },
    { release: '6.1.0-54-cloud-amd64', kernelVersion: '6.1.190-1', version: 7 },
    { release: '6.1.0-54-amd64', kernelVersion: '6.1.190-1', version: 3 },
  ]
  expect(metaPackages(patches, 'deb').map(({ name, version, depends }) => [name, version, ...depends])).toEqual([
    ['kmend-livepatch-cloud-amd64', '6.1.192.1.2', 'kmend-patch-6.1.0-56-cloud-amd64 (>= 2)'],
    ['kmend-livepatch-amd64', '6.1.190.1.3', 'kmend-patch-6.1.0-54-amd64 (>= 3)'],
  ])
})
