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

/** An update that brings one function; `carriedBy` holds its code. */
function accountOf(unreached: boolean, carriedBy: readonly string[]) {
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
    from: { shown: 'old', stable: '6.1.190' },
    to: { shown: 'new', stable: '6.1.192' },
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
