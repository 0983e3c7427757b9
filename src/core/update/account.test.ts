import { expect, test } from 'vitest'
import { editedFile } from '../../../test/kit/edited-file.ts'
import { type LeftOut, accountFile, accountWhole, leftOutNotes, totalsOf } from './mod.ts'

const FILE = editedFile(
  'fs/a.c',
  `
-static inline int small(int a)
+static inline int small(long a)
{
	return a;
}
int big(void)
{
	return small(1);
}
int fixed(void)
{
-	return 1;
+	return 2;
}
static int __init start(void)
{
-	return 1;
+	return 2;
}
-static int limit = 1;
+static int limit = 2;
int noted(void)
{
-	/* one */
+	/* two */
	return 1;
}
int same(void)
{
-	return 1 + 1;
+	return 2;
}`,
)

const plan = {
  atoms: new Map(FILE.atoms.map((atom) => [atom.id, atom])),
  leftOut: new Map<string, LeftOut>([['fs/a.c#4', { code: 'data-changed', reason: 'limit: its initial value differs' }]]),
}

function rows(functions: readonly string[], reach: readonly string[] = ['fs/a.c']) {
  const built = new Map([['fs/a.c', { functions: new Set(functions) }]])
  return accountFile({ path: 'fs/a.c', after: FILE.after, atoms: FILE.atoms, unitsOf: () => reach }, plan, built)
}

test('each changed item has one standing, with its reason', () => {
  const account = rows(['big', 'fixed'])
  expect(account.standing).toBe('partly')
  expect(account.rows.map(({ item, standing, reason, carriedBy }) => [item, standing, reason ?? carriedBy?.join() ?? ''])).toEqual([
    ['small', 'live', 'big'],
    ['fixed', 'live', ''],
    ['start', 'init-only', 'it has run already'],
    ['limit', 'needs-reboot', 'limit: its initial value differs'],
    ['noted', 'no-code', 'comments or blanks alone'],
    ['same', 'no-code', 'the compiled code is the same'],
  ])
})

test('what no unit uses is not compiled, whether it was taken or not', () => {
  expect(
    new Set(
      rows([], [])
        .rows.filter(({ item }) => item !== 'noted' && item !== 'start')
        .map(({ standing }) => standing),
    ),
  ).toEqual(new Set(['not-compiled']))
})

test('totals count files, functions and reasons', () => {
  const files = [rows(['big', 'fixed']), accountWhole('arch/arm/a.c', 'not-compiled', 'another machine')]
  expect(totalsOf(files)).toEqual({
    files: { partly: 1, 'not-compiled': 1 },
    functions: { live: 2, 'no-code': 2, 'init-only': 1 },
    leftOut: { 'data-changed': 1 },
  })
})

test('the manifest is told what was left out', () => {
  expect(leftOutNotes(plan)).toEqual([
    { unit: 'fs/a.c', subject: 'limit', text: 'left out of the update (data-changed): limit: its initial value differs' },
  ])
})
