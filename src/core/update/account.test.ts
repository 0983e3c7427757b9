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

const HELPER = `
-static inline int helper(int a)
+static inline int helper(long a)
{
	return a;
}`

test('no known carrier means no code in a C file, whose objects were asked, but not in a header', () => {
  const account = (path: string, names: readonly string[] | undefined) => {
    const { after, atoms } = editedFile(path, HELPER)
    const input = { path, after, atoms, unitsOf: () => ['fs/a.c'], carriersOf: () => names }
    const made = accountFile(
      input,
      { atoms: new Map(), leftOut: new Map() },
      new Map([
        ['fs/a.c', { functions: new Set(['big']) }],
        ['fs/b.c', { functions: new Set(['far']) }],
      ]),
    )
    return made.rows.map(({ standing, reason, carriedBy }) => [standing, reason ?? carriedBy?.join()])
  }
  expect(account('fs/a.c', [])).toEqual([['no-code', 'the compiled code is the same']])
  expect(account('fs/a.c', ['big (fs/a.c)'])).toEqual([['live', 'big (fs/a.c)']])
  expect(account('fs/a.h', [])).toEqual([['live', 'through units that use it: fs/a.c']])
})

test('a removed function of a file with replaced ones is live', () => {
  const { after, atoms } = editedFile(
    'fs/a.c',
    `
-static int gone(int a)
-{
-	return a;
-}
int big(void)
{
-	return gone(1);
+	return 1;
}`,
  )
  const built = new Map([['fs/a.c', { functions: new Set(['big']) }]])
  const input = { path: 'fs/a.c', after, atoms, unitsOf: () => ['fs/a.c'], carriersOf: () => [] }
  const { rows: made } = accountFile(input, { atoms: new Map(), leftOut: new Map() }, built)
  expect(made.map(({ item, standing, reason }) => [item, standing, reason])).toEqual([
    ['gone', 'live', 'nothing that is replaced uses it any more'],
    ['big', 'live', undefined],
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
