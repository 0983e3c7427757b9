import { describe, expect, test } from 'vitest'
import { type AccountFile, fixesBetween, joinCves, parseCveRecord } from './mod.ts'

const CHANGELOG = `linux (6.1.192-2) bookworm-security; urgency=high

  * ext4: fix NULL folio dereference in mballoc (Closes: #1154101)

 -- A Maintainer <a@example.org>  Mon, 16 Nov 2026 11:17:40 +0100

linux (6.1.192-1) bookworm-security; urgency=high

  * New upstream stable update:
    https://www.kernel.org/pub/linux/kernel/v6.x/ChangeLog-6.1.191
    - io_uring/io-wq: don't lose the signal that ends work (CVE-2026-99228)
    - apparmor: fix out-of-bounds write when null terminating a label vec
      (CVE-2026-89761, CVE-2026-89762)
    - [x86] KVM: SVM: check the pointer in svm_set_gif()

 -- A Maintainer <a@example.org>  Sun, 15 Nov 2026 11:17:40 +0100

linux (6.1.190-1) bookworm-security; urgency=high

  * old: fix of before (CVE-2026-1)

 -- A Maintainer <a@example.org>  Sat, 14 Nov 2026 11:17:40 +0100
`

test('the changelog gives the fixes after one version up to another', () => {
  expect(fixesBetween(CHANGELOG, '6.1.190-1', '6.1.192-1')).toEqual([
    { version: '6.1.192-1', title: "io_uring/io-wq: don't lose the signal that ends work", cves: ['CVE-2026-99228'] },
    {
      version: '6.1.192-1',
      title: 'apparmor: fix out-of-bounds write when null terminating a label vec',
      cves: ['CVE-2026-89761', 'CVE-2026-89762'],
    },
    { version: '6.1.192-1', title: 'KVM: SVM: check the pointer in svm_set_gif()', cves: [] },
  ])
  expect(fixesBetween(CHANGELOG, '6.1.192-1', undefined).map(({ title }) => title)).toEqual(['ext4: fix NULL folio dereference in mballoc'])
})

const RECORD = JSON.stringify({
  dataType: 'CVE_RECORD',
  dataVersion: '5.1',
  cveMetadata: { cveId: 'CVE-2026-99228', state: 'PUBLISHED' },
  containers: {
    cna: {
      title: "io_uring/io-wq: don't lose the signal that ends work",
      affected: [
        {
          product: 'Linux',
          programFiles: ['io_uring/io-wq.c'],
          versions: [
            {
              version: '1da177e4c3f41524e886b7f1b8a0c1fc7321cac2',
              lessThan: 'a3f1c2d4e5b60718293a4b5c6d7e8f9012345678',
              status: 'affected',
              versionType: 'git',
            },
            { version: '5.5', status: 'affected' },
          ],
        },
      ],
    },
  },
})

test('a record gives paths and the commits that fix it', () => {
  expect(parseCveRecord(RECORD)).toEqual({
    id: 'CVE-2026-99228',
    title: "io_uring/io-wq: don't lose the signal that ends work",
    files: ['io_uring/io-wq.c'],
    fixes: ['a3f1c2d4e5b60718293a4b5c6d7e8f9012345678'],
  })
  for (const other of ['', '[]', '{"a":1}', '{"cveMetadata":{"cveId":"CVE-2026-1"}}']) expect(parseCveRecord(other)).toBeUndefined()
})

const row = (file: string, item: string, standing: AccountFile['rows'][number]['standing']) => ({
  file,
  item,
  kind: 'function' as const,
  standing,
})
const FILES: AccountFile[] = [
  { file: 'io_uring/io-wq.c', standing: 'live', rows: [row('io_uring/io-wq.c', 'io_wq_exit', 'live')] },
  {
    file: 'security/apparmor/label.c',
    standing: 'partly',
    rows: [row('security/apparmor/label.c', 'label_put', 'live'), row('security/apparmor/label.c', 'label_vec', 'needs-reboot')],
  },
  { file: 'security/apparmor/policy.c', standing: 'live', rows: [] },
  { file: 'drivers/net/can/usb/gs_usb.c', standing: 'not-compiled', rows: [] },
]
const fix = (title: string) => [{ version: '6.1.192-1', title, cves: ['CVE-2026-5'] }]

describe('a CVE is matched', () => {
  test('by the paths of its record, which is certain', () => {
    const record = parseCveRecord(RECORD)
    expect(
      joinCves(fixesBetween(CHANGELOG, '6.1.190-1', undefined), record === undefined ? [] : [record], FILES).find(
        ({ id }) => id === 'CVE-2026-99228',
      ),
    ).toMatchObject({
      standing: 'live',
      matched: 'record',
      isGuess: false,
      files: ['io_uring/io-wq.c'],
    })
  })

  test.each([
    ['apparmor: fix label_vec() once more', 'needs-reboot', 'function'],
    ['apparmor: fix something', 'unknown', 'none'],
    ['io_uring/io-wq: fix something', 'live', 'path'],
    ['can: gs_usb: fix a leak', 'not-compiled', 'path'],
    ['ceph: fix something', 'unknown', 'none'],
  ])('by words of its title, which is a guess: %s', (title, standing, matched) => {
    expect(joinCves(fix(title), [], FILES)).toMatchObject([{ id: 'CVE-2026-5', standing, matched, isGuess: true }])
  })
})
