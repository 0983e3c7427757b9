import { describe, expect, test } from 'vitest'
import type { CveRecord } from '../cve/mod.ts'
import { ACCOUNT_SCHEMA, type AccountFile, type Fix, fixesBetween, formatAccount, joinCves, totalsOf, whollyLive } from './mod.ts'

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

const FLOW_LABEL: CveRecord = {
  id: 'CVE-2026-97597',
  title: 'ipv6: flowlabel: cap duplicate leases per socket',
  files: ['net/ipv6/ip6_flowlabel.c'],
  fixes: ['6d917992c22b6029fc2dc1bd464b7f6709357161', '8d6cd188508513503805c156165de38e4e4a8615'],
  fixedIn: ['6.12.112'],
  claims: [],
  cvss: [],
  knownExploited: undefined,
  references: [],
}

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

const SPAN = { from: '6.12.111', to: '6.12.113' }

describe('a record belongs to an update', () => {
  const idsOf = (fixes: readonly Fix[], span: typeof SPAN | undefined) =>
    joinCves(fixes, [{ ...FLOW_LABEL, title: 'another title' }], FILES, span).map(({ id }) => id)

  test('that has the stable version with its fix', () => {
    expect(idsOf([], SPAN)).toEqual(['CVE-2026-97597'])
    expect(idsOf([], { from: '6.12.112', to: '6.12.113' })).toEqual([])
    expect(idsOf([], { from: '6.12.110', to: '6.12.111' })).toEqual([])
    expect(idsOf([], { from: '6.1.190', to: '6.1.192' })).toEqual([])
  })

  test('whose changelog has its id or its title', () => {
    expect(idsOf([{ version: '1', title: '', cves: ['CVE-2026-97597'] }], undefined)).toEqual(['CVE-2026-97597'])
    expect(idsOf([{ version: '1', title: 'another title', cves: [] }], undefined)).toEqual(['CVE-2026-97597'])
    expect(idsOf([], undefined)).toEqual([])
  })
})

describe('a CVE is matched', () => {
  test('by the paths of its record, which is certain', () => {
    expect(joinCves([], [{ ...FLOW_LABEL, files: ['io_uring/io-wq.c'] }], FILES, SPAN)).toMatchObject([
      { id: 'CVE-2026-97597', standing: 'live', matched: 'record', isGuess: false, files: ['io_uring/io-wq.c'] },
    ])
  })

  test.each([
    ['fix label_put() and its vector', 'live', 'record-and-title', true],
    ['fix label_vec()', 'needs-reboot', 'record-and-title', true],
    ['fix label_put() and label_vec()', 'partly', 'record', false],
    ['fix its vector', 'partly', 'record', false],
  ])('by the function that its title names, which is a guess where the rest of the files stands otherwise: %s', (title, ...expected) => {
    const [cve] = joinCves([], [{ ...FLOW_LABEL, title, files: ['security/apparmor/label.c'] }], FILES, SPAN)
    expect([cve?.standing, cve?.matched, cve?.isGuess]).toEqual(expected)
  })

  test('by nothing, where the update does not change what its record names', () => {
    expect(joinCves([], [FLOW_LABEL], FILES, SPAN)).toMatchObject([{ standing: 'unknown', matched: 'record-elsewhere', isGuess: false }])
  })

  test.each([
    [['io_uring/io-wq.c'], 'live  (named by its record)'],
    [['security/apparmor/label.c'], 'live  (its record names the file; a guess: its title names a function)'],
    [['fs/none.c'], 'unknown  (its record names files that this update does not change)'],
  ])('and the account says how: %s', (files, said) => {
    const cves = joinCves([], [{ ...FLOW_LABEL, title: 'fix label_put() and its vector', files }], FILES, SPAN)
    const sides = { kernel: '6.12', from: '6.12.111', to: '6.12.113' }
    const account = { schema: ACCOUNT_SCHEMA, ...sides, totals: totalsOf(FILES), cveTotals: {}, files: FILES, cves } as const
    expect(formatAccount(account)).toContain(`CVE-2026-97597  ${said}  fix label_put()`)
  })

  test('by the name of the file, where the changelog has the fix and the file stands elsewhere in this line, which is a guess', () => {
    const moved = { ...FLOW_LABEL, id: 'CVE-2026-5', files: ['drivers/net/can/gs/gs_usb.c'] }
    const joined = joinCves(fix('another title'), [moved], FILES, SPAN)
    expect(joined).toMatchObject([{ standing: 'not-compiled', matched: 'path', isGuess: true, files: ['drivers/net/can/usb/gs_usb.c'] }])
    expect(joinCves([], [{ ...moved, title: '' }], FILES, SPAN)).toMatchObject([{ standing: 'unknown', matched: 'record-elsewhere' }])
  })

  test.each([
    ['apparmor: fix label_vec() once more', 'needs-reboot', 'function'],
    ['apparmor: fix something', 'unknown', 'none'],
    ['io_uring/io-wq: fix something', 'live', 'path'],
    ['can: gs_usb: fix a leak', 'not-compiled', 'path'],
    ['ceph: fix something', 'unknown', 'none'],
    ['mm: gs_usb: of another folder', 'unknown', 'none'],
  ])('by words of its title, which is a guess: %s', (title, standing, matched) => {
    expect(joinCves(fix(title), [], FILES, undefined)).toMatchObject([{ id: 'CVE-2026-5', standing, matched, isGuess: true }])
  })
})

describe('a CVE of what was not asked for', () => {
  const left = (file: string, item: string, code: string) => ({ ...row(file, item, 'needs-reboot' as const), code, reason: '' })
  const fileOf = (path: string, ...rows: AccountFile['rows']): AccountFile => ({ file: path, standing: standingIn(rows), rows })
  const standingIn = (rows: AccountFile['rows']) => (rows.some(({ standing }) => standing === 'live') ? 'partly' : 'needs-reboot')
  const unasked = fileOf('a.c', left('a.c', 'f', 'not-asked'), row('a.c', 'g', 'no-code'))
  const refused = fileOf('b.c', left('b.c', 'h', 'data-changed'))
  const standingOf = (files: readonly AccountFile[], title = '') =>
    joinCves([], [{ ...FLOW_LABEL, title, files: files.map(({ file }) => file) }], files, SPAN).map(({ standing }) => standing)

  test('says so, by a record and by the name of a function', () => {
    expect(standingOf([unasked])).toEqual(['not-asked'])
    expect(standingOf([unasked], 'fix a_b() and f()')).toEqual(['not-asked'])
    expect(joinCves(fix('a: f() is wrong'), [], [unasked], undefined)).toMatchObject([{ standing: 'not-asked', isGuess: true }])
  })

  test('needs a reboot where something of it is refused, and is live in part where something is live', () => {
    expect(standingOf([unasked, refused])).toEqual(['needs-reboot'])
    const near = [fileOf('xfs/a.c', ...unasked.rows), fileOf('xfs/b.c', ...refused.rows)]
    expect(joinCves(fix('xfs: by its folder'), [], near, undefined)).toMatchObject([{ standing: 'needs-reboot', matched: 'path' }])
    expect(standingOf([unasked, fileOf('c.c', row('c.c', 'k', 'live'))])).toEqual(['partly'])
  })

  test('is not wholly live', () => {
    const cves = joinCves([], [{ ...FLOW_LABEL, files: ['a.c'] }], [unasked], SPAN)
    expect(whollyLive(cves, [unasked])).toEqual([])
  })
})

describe('a CVE is wholly live', () => {
  const isWhole = (files: readonly string[], rows: readonly AccountFile[] = FILES) =>
    whollyLive(joinCves([], [{ ...FLOW_LABEL, files }], rows, SPAN), rows).length > 0

  test('when all that changes in the files of its record is live, or is no code of this kernel', () => {
    expect(isWhole(['io_uring/io-wq.c'])).toBe(true)
    const elsewhere = { file: 'arch/arm64/a.c', standing: 'not-compiled' as const, rows: [row('arch/arm64/a.c', 'a.c', 'not-compiled')] }
    expect(isWhole(['io_uring/io-wq.c', elsewhere.file], [...FILES, elsewhere])).toBe(true)
  })

  test('and not when something in them is left out or has run already, though what its title names is live', () => {
    const live = { ...FLOW_LABEL, title: 'apparmor: fix label_put()', files: ['security/apparmor/label.c'] }
    const cves = joinCves([], [live], FILES, SPAN)
    expect(cves).toMatchObject([{ standing: 'live' }])
    expect(whollyLive(cves, FILES)).toEqual([])
    const init = { file: 'a.c', standing: 'partly' as const, rows: [row('a.c', 'f', 'live'), row('a.c', 'start', 'init-only')] }
    expect(isWhole(['a.c'], [init])).toBe(false)
  })

  test('and not by a guess', () => {
    const cves = joinCves(fix('io_uring/io-wq: fix something'), [], FILES, undefined)
    expect(cves).toMatchObject([{ standing: 'live', isGuess: true }])
    expect(whollyLive(cves, FILES)).toEqual([])
  })
})
