import { expect, test } from 'vitest'
import type { KeptPatch } from '../../../app/host/mod.ts'
import { formatKept, formatLifecycle } from './list-text.ts'

const PLAIN = { bold: (text: string) => text, bad: (text: string) => text }
const SINCE = Date.parse('2026-11-21T03:00:00Z')

test('the live patches that are kept', () => {
  const patches = [
    kept({ name: 'kmend_2', version: 2, standing: 'trial', isInForce: true }),
    kept({ name: 'kmend_1', version: 1, standing: 'accepted' }),
    kept({ name: 'kmend_3', version: 3, standing: 'quarantined', why: 'kernel log, oops: Oops: 0002' }),
    kept({ name: 'other', version: 0, release: '6.1.0-9-amd64' }),
  ]
  expect(formatKept(patches, PLAIN)).toEqual([
    'kmend_2  version 2   6.1.0-54-amd64  in force, on trial since 2026-11-21 03:00',
    'kmend_1  version 1   6.1.0-54-amd64  accepted since 2026-11-21 03:00',
    'kmend_3  version 3   6.1.0-54-amd64  in quarantine since 2026-11-21 03:00: kernel log, oops: Oops: 0002',
    'other    no version  6.1.0-9-amd64   kept since 2026-11-21 03:00',
  ])
  expect(formatKept([], PLAIN)).toEqual(['this host keeps no live patch'])
})

test('until when kernels get live patches', () => {
  const kernels = [
    { release: '6.1.0-53-amd64', packageVersion: '6.1.189-1', coverage: { kind: 'ended', until: '2026-11-01' } },
    { release: '6.1.0-54-amd64', packageVersion: '6.1.190-1', coverage: { kind: 'covered', until: '2026-12-01', daysLeft: 10 } },
    { release: '6.1.0-55-amd64', packageVersion: null, coverage: { kind: 'unknown' } },
  ] as const
  const lines = [
    '6.1.0-53-amd64  6.1.189-1            ended on 2026-11-01: update the kernel and reboot',
    '6.1.0-54-amd64  6.1.190-1            until 2026-12-01, 10 days left (running)',
    '6.1.0-55-amd64  (package not known)  not known',
  ]
  expect(formatLifecycle({ source: '/etc/kmend/lifecycle.json', running: '6.1.0-54-amd64', kernels }, PLAIN)).toEqual(lines)
  expect(formatLifecycle({ source: null, running: '6.1.0-54-amd64', kernels: [] }, PLAIN)).toEqual([
    'no kernel is installed in /boot',
    '',
    'No dates are known: there is neither /etc/kmend/lifecycle.json nor /usr/share/kmend/lifecycle.json.',
  ])
})

function kept(more: Partial<KeptPatch>): KeptPatch {
  const base = { name: 'a', version: 1, release: '6.1.0-54-amd64', buildId: 'b1', sha256: '', fileSha256: '', package: null } as const
  return { ...base, sinceMs: SINCE, standing: 'kept', why: null, isInForce: false, ...more }
}
