import { expect, test } from 'vitest'
import { editedFile } from '../../../test/kit/edited-file.ts'
import { type AccountFile, type BuiltUnit, type Carrier, type LeftOut, accountFile, accountWhole, leftOutNotes, totalsOf } from './mod.ts'
import { type Standing, standingOf } from './account.ts'

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

function unitOf(functions: readonly string[], unreached: readonly string[] = []): BuiltUnit {
  return { functions: new Set(functions), unreached: new Set(unreached) }
}

function rows(functions: readonly string[], reach: readonly string[] = ['fs/a.c']) {
  const built = new Map([['fs/a.c', unitOf(functions)]])
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
  const account = (path: string, names: readonly Carrier[] | undefined) => {
    const { after, atoms } = editedFile(path, HELPER)
    const input = { path, after, atoms, unitsOf: () => ['fs/a.c'], carriersOf: () => names }
    const made = accountFile(
      input,
      { atoms: new Map(), leftOut: new Map() },
      new Map([
        ['fs/a.c', unitOf(['big'])],
        ['fs/b.c', unitOf(['far'])],
      ]),
    )
    return made.rows.map(({ standing, reason, carriedBy }) => [standing, reason ?? carriedBy?.join()])
  }
  expect(account('fs/a.c', [])).toEqual([['no-code', 'the compiled code is the same']])
  expect(account('fs/a.c', [{ unit: 'fs/a.c', function: 'big' }])).toEqual([['live', 'big (fs/a.c)']])
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
  const built = new Map([['fs/a.c', unitOf(['big'])]])
  const input = { path: 'fs/a.c', after, atoms, unitsOf: () => ['fs/a.c'], carriersOf: () => [] }
  const { rows: made } = accountFile(input, { atoms: new Map(), leftOut: new Map() }, built)
  expect(made.map(({ item, standing, reason }) => [item, standing, reason])).toEqual([
    ['gone', 'live', 'nothing that is replaced uses it any more'],
    ['big', 'live', undefined],
  ])
})

/** An update that brings a function and what that uses. */
const bringing = (result: string) => `
+#define LIMIT 4
+static int inner(int a)
+{
+	return a + LIMIT;
+}
+int fresh(int a)
+{
+	return inner(a);
+}
int fixed(void)
{
-	return 1;
+	return ${result};
}`

const told = ({ rows: made }: AccountFile) =>
  made.map(({ item, standing, code, reason, carriedBy }) => [item, standing, code ?? '', reason ?? carriedBy?.join() ?? ''])

test('what the patch brings and nothing live calls needs a reboot, and so does what only such code uses', () => {
  const account = (result: string, unit: BuiltUnit, carriers: Readonly<Record<string, readonly string[]>> = {}) => {
    const { after, atoms } = editedFile('fs/a.c', bringing(result))
    const carriersOf = (name: string) => carriers[name]?.map((by) => ({ unit: 'fs/a.c', function: by }))
    const built = new Map([['fs/a.c', unit]])
    return accountFile(
      { path: 'fs/a.c', after, atoms, unitsOf: () => ['fs/a.c'], carriersOf },
      { atoms: new Map(), leftOut: new Map() },
      built,
    )
  }
  const made = account('2', unitOf(['fixed'], ['fresh', 'inner']))
  expect(made.standing).toBe('partly')
  expect(told(made)).toEqual([
    ['LIMIT', 'needs-reboot', 'not-called', 'it is in the patch, but nothing that is live calls what uses it: inner, fresh'],
    ['inner', 'needs-reboot', 'not-called', 'it is in the patch, but nothing that is live calls it'],
    ['fresh', 'needs-reboot', 'not-called', 'it is in the patch, but nothing that is live calls it'],
    ['fixed', 'live', '', ''],
  ])
  const carriers = { fresh: ['fresh'], inner: ['inner', 'fresh'], fixed: [] }
  expect(account('2', unitOf([], ['fresh', 'inner']), carriers).standing).toBe('needs-reboot')
  // Inlined into what is live, it runs, though nobody calls the copy of its own.
  expect(told(account('fresh(2)', unitOf(['fixed'], ['fresh']), { fresh: ['fresh', 'fixed'], inner: ['fresh', 'fixed'] }))).toEqual([
    ['LIMIT', 'live', '', 'fixed'],
    ['inner', 'live', '', 'fixed (fs/a.c)'],
    ['fresh', 'live', '', 'fixed (fs/a.c)'],
    ['fixed', 'live', '', ''],
  ])
})

test('what a header has for units of which nothing is live is not live either', () => {
  const { after, atoms } = editedFile('fs/a.h', 'int fixed(void);\n+int fresh(int a);')
  const account = (unit: BuiltUnit) =>
    told(
      accountFile(
        { path: 'fs/a.h', after, atoms, unitsOf: () => ['fs/a.c'] },
        { atoms: new Map(), leftOut: new Map() },
        new Map([['fs/a.c', unit]]),
      ),
    )
  expect(account(unitOf([], ['fresh']))).toEqual([
    ['fresh', 'needs-reboot', 'not-called', 'it is in the patch, but nothing that is live calls it'],
  ])
  const moved = editedFile('fs/a.h', 'int fixed(void);\n-static inline int fresh(int a)\n-{\n-\treturn a;\n-}')
  const input = { path: 'fs/a.h', after: moved.after, atoms: moved.atoms, unitsOf: () => ['fs/a.c'] }
  expect(told(accountFile(input, { atoms: new Map(), leftOut: new Map() }, new Map([['fs/a.c', unitOf([], ['fresh'])]])))).toEqual([
    ['fresh', 'needs-reboot', 'not-called', 'what takes its place is in the patch, but nothing that is live calls it'],
  ])
  expect(account(unitOf(['fixed'], ['fresh']))).toEqual([['fresh', 'live', '', 'through units that use it: fs/a.c']])
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

test('a file of which some is live and some has run already is live in part', () => {
  const standings = (...all: Standing[]) => standingOf(all.map((standing) => ({ standing })))
  expect(standings('live', 'init-only')).toBe('partly')
  expect(standings('live', 'no-code')).toBe('live')
  expect(standings('needs-reboot', 'init-only')).toBe('needs-reboot')
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
