import { expect, test } from 'vitest'
import { type InstalledKernel, newerKernel, packageVersionIn } from './installed-kernel.ts'

test.each([
  ['#1 SMP PREEMPT_DYNAMIC Debian 6.1.190-1 (2026-11-02)', '6.1.190-1'],
  ['#1 SMP PREEMPT_DYNAMIC Debian 6.12.117-1~deb12u1 (2026-11-02)', '6.12.117-1~deb12u1'],
  ['#216-Ubuntu SMP Tue May 5', undefined],
])('%s is of the package %s', (text, version) => {
  expect(packageVersionIn(text)).toBe(version)
})

const RUNNING = kernel('6.1.0-54-cloud-amd64', '6.1.190-1')

test.each<[string, InstalledKernel[], string | undefined]>([
  ['the running one alone', [RUNNING], undefined],
  ['an older one', [kernel('6.1.0-9-cloud-amd64', '6.1.27-1')], undefined],
  ['a newer one', [RUNNING, kernel('6.1.0-55-cloud-amd64', '6.1.191-1')], '6.1.0-55-cloud-amd64'],
  ['two newer ones', [kernel('6.1.0-100-cloud-amd64', '6.1.199-1'), kernel('6.1.0-55-cloud-amd64', '6.1.191-1')], '6.1.0-100-cloud-amd64'],
  ['another flavour', [kernel('6.1.0-55-amd64', '6.1.191-1'), kernel('6.1.0-55-rt-amd64', '6.1.191-1')], undefined],
  ['a newer line', [kernel('6.12.117+deb12-cloud-amd64', '6.12.117-1~bpo12+1')], '6.12.117+deb12-cloud-amd64'],
  ['a newer build of the same release', [kernel('6.1.0-54-cloud-amd64', '6.1.190-2')], '6.1.0-54-cloud-amd64'],
  ['an image that does not say its package', [kernel('6.1.0-55-cloud-amd64')], '6.1.0-55-cloud-amd64'],
])('with %s installed', (_, installed, newer) => {
  expect(newerKernel(RUNNING, installed)?.release).toBe(newer)
})

function kernel(release: string, packageVersion?: string): InstalledKernel {
  return { release, packageVersion }
}
