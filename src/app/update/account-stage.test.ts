import { expect, test } from 'vitest'
import { editedFile } from '../../../test/kit/edited-file.ts'
import { formatAccount, whollyLive } from '../../core/update/mod.ts'
import type { Contents } from '../build/mod.ts'
import { type AccountRequest, makeAccount } from './account-stage.ts'

const FILE = editedFile(
  'fs/a.c',
  `
int same(void)
{
	return 1;
}
+int fresh(int a)
+{
+	return a;
+}`,
)

const RECORD = { id: 'CVE-2026-5', title: 'fs: check it', files: ['fs/a.c'], fixes: [], fixedIn: ['6.1.192'] }

const SIDES = { from: { shown: 'old', stable: '6.1.190' }, to: { shown: 'new', stable: '6.1.192' } } as unknown as Sides
type Sides = Pick<AccountRequest, 'from' | 'to'>

/** An update that brings one function; `carriedBy` holds its code. */
function accountOf(unreached: boolean, carriedBy: readonly string[], sides = SIDES) {
  const contents: Contents = {
    objects: [{ name: 'vmlinux', functions: [{ name: 'caller', sympos: 0, oldSizeBytes: 1, newSizeBytes: 2, unit: 'fs/a.c' }] }],
    changes: [
      {
        file: 'fs/a.c',
        function: 'fresh',
        lines: { from: 5, to: 5 },
        carriedBy: carriedBy.map((name) => ({ unit: 'fs/a.c', function: name })),
      },
    ],
    added: [{ unit: 'fs/a.c', function: 'fresh', sizeBytes: 1, ...(unreached ? { unreached: true as const } : {}) }],
  }
  const atoms = new Map(FILE.atoms.map((atom) => [atom.id, atom]))
  return makeAccount({
    request: { release: '6.1.0-54-cloud-amd64', cveRecords: [RECORD] },
    ...sides,
    files: [{ ...FILE, kind: 'changed', role: 'unit', diff: '' }],
    plan: { atoms, leftOut: new Map() },
    unitsOf: new Map([...atoms.keys()].map((id) => [id, new Set(['fs/a.c'])])),
    contents,
  } as unknown as AccountRequest)
}

test('a CVE whose new function nothing live calls is not live, nor is its file', () => {
  const account = accountOf(true, ['fresh'])
  expect(account.cves).toMatchObject([{ id: 'CVE-2026-5', standing: 'needs-reboot', matched: 'record' }])
  expect(whollyLive(account.cves, account.files)).toEqual([])
  expect(account.totals).toEqual({ files: { 'needs-reboot': 1 }, functions: { 'needs-reboot': 1 }, leftOut: { 'not-called': 1 } })
  expect(formatAccount(account)).toContain('function fresh  [not-called]: it is in the patch, but nothing that is live calls it')
})

test('it is live where the function is called, or inlined into one that is', () => {
  for (const account of [accountOf(false, ['fresh']), accountOf(true, ['fresh', 'caller'])]) {
    expect(account.totals.files).toEqual({ live: 1 })
    expect(whollyLive(account.cves, account.files)).toEqual(['CVE-2026-5'])
  }
})

test("fixes come from the newer package's changelog, after the older version; a folder has no version, and so no fixes", () => {
  const stanza = (version: string, id: string) =>
    `linux (${version}) bookworm; urgency=high\n\n  * fs: a title (${id})\n\n -- A <a@b>  today\n\n`
  const changelog = [stanza('6.1.192-2', 'CVE-2026-1009'), stanza('6.1.192-1', 'CVE-2026-1008'), stanza('6.1.190-1', 'CVE-2026-1007')].join(
    '',
  )
  const idsOf = (older: Partial<Sides['from']>) => {
    const to = { ...SIDES.to, version: '6.1.192-1', changelog }
    return accountOf(false, ['fresh'], { from: { ...SIDES.from, ...older }, to }).cves.map(({ id, matched }) => `${id} ${matched}`)
  }
  expect(idsOf({ version: '6.1.190-1' })).toEqual(['CVE-2026-1008 path', 'CVE-2026-5 record'])
  expect(idsOf({ version: undefined })).toEqual(['CVE-2026-5 record'])
})
