import { expect, test } from 'vitest'
import { readCFile } from '../../core/c/mod.ts'
import { parseUnifiedDiff } from '../../core/source/mod.ts'
import { accountFile, atomsOf, bondsOf, editsOf, leaveOut, linkAtoms } from '../../core/update/mod.ts'
import type { SourceFile } from './difference.ts'
import { blameMissingState, blameNeighbours } from './state-stage.ts'

const PATH = 'mm/secretmem.c'
const OLD = `static int fault(struct inode *inode)
{
	return 0;
}

static int create(struct inode *inode)
{
	return 0;
}

SYSCALL_DEFINE1(secret, int, flags)
{
	return 0;
}
`
const NEW = `struct state {
	int pages;
};

static int fault(struct inode *inode)
{
	struct state *state = inode->i_private;

	return state->pages;
}

static int create(struct inode *inode)
{
	inode->i_private = kzalloc(sizeof(struct state), GFP_KERNEL);
	return 0;
}

SYSCALL_DEFINE1(secret, int, flags)
{
	return flags;
}
`
const REASON =
  'fault takes inode->i_private for a struct state, which the fix brings: what the old code made has none there (read off the text: a guess)'

test('a function that expects what only new code makes is left out with all that belongs to it, and the account says why', () => {
  const file = changed(NEW)
  const { atoms } = file
  const blames = blameMissingState([file, changed(OLD.replace('return 0', 'return 1'), 'mm/other.c')], reachOf(file))
  expect(blames.map(({ why }) => why)).toEqual([{ code: 'state-missing', reason: REASON }])
  const bonds = bondsOf(atoms, linkAtoms(atoms))
  const plan = leaveOut({ atoms: new Map(atoms.map((atom) => [atom.id, atom])), leftOut: new Map() }, bonds, blames)
  const { rows } = accountFile({ path: PATH, after: file.after, atoms, unitsOf: () => [PATH] }, plan, new Map())
  expect(rows.map(({ item, standing, code }) => `${item} ${standing} ${code}`)).toEqual([
    'state needs-reboot belongs-together',
    'fault needs-reboot state-missing',
    'create needs-reboot belongs-together',
    '__do_sys_secret no-code undefined',
  ])
})

test('its file has the rest of the fix: what else changes there goes, too, though no word says so', () => {
  const file = changed(NEW)
  const missing = blameMissingState([file], reachOf(file))
  const neighbours = blameNeighbours(missing, [file, changed(NEW, 'mm/other.c')])
  const names = neighbours.flatMap(({ atom }) => file.atoms.find(({ id }) => id === atom)?.items ?? [])
  expect(names.map(({ region }) => region.name)).toEqual(['fault', 'create', '__do_sys_secret'])
  expect(neighbours[0]?.why.reason).toBe(
    'it changes in one file with fault, which relies on what only new code sets up: they may be one fix',
  )
})

test('a function that a macro makes is found by its other names', () => {
  const text = NEW.replace('return flags', 'struct state *state = current->secret;\n\treturn state->pages')
  const file = changed(text)
  const names = blameMissingState([file], reachOf(file)).flatMap(({ atom }) => file.atoms.find(({ id }) => id === atom)?.items ?? [])
  expect(names.map(({ region }) => region.name)).toEqual(['fault', '__do_sys_secret'])
})

test('what the kernel does not compile is blamed for nothing', () => {
  expect(blameMissingState([changed(NEW)], new Map())).toEqual([])
})

test('a macro that numbers a mark anew is left out, inside of a type and in a header that others use on lines that stay', () => {
  const old = `struct conn {
	long flags;
#define CF_UP 10
};

static void up(struct conn *con)
{
	set_bit(CF_UP, &con->flags);
}

static int is_up(struct conn *con)
{
	return test_bit(CF_UP, &con->flags);
}
`
  const [numbered, other] = [old.replace('CF_UP 10', 'CF_UP 9'), old.replace('set_bit', 'prepare(con);\n	set_bit')]
  const what = 'CF_UP it is 9, before 10, and objects keep it in flags: up stores it there, is_up tests it (read off the text: a guess)'
  const blamed = (files: readonly SourceFile[]) =>
    blameMissingState(files, new Map(files.flatMap((file) => [...reachOf(file)]))).map(({ atom, why }) => `${atom} ${why.reason}`)
  const [inside, user] = [changed(numbered, PATH, old), changed(other, PATH, old)]
  expect(blamed([inside])).toEqual([`${PATH}#1 ${what}`])
  expect(inside.atoms[0]?.items.map(({ region }) => region.name)).toEqual(['conn'])
  const header = changed('#define CF_UP 9\n', 'mm/secretmem.h', '#define CF_UP 10\n')
  const without = changed(other.replace('#define CF_UP 10\n', ''), PATH, old.replace('#define CF_UP 10\n', ''))
  expect(blamed([without, header])).toEqual([`mm/secretmem.h#1 ${what}`])
  expect(blamed([user])).toEqual([])
  expect(blameNeighbours(blameMissingState([inside], reachOf(inside)), [inside])).toEqual([])
})

test('an assertion is left out alone: nothing else of its fix relies on it', () => {
  const file = changed(
    OLD.replace('return 0;\n}\n\nSYS', 'WARN_ON(!inode->i_private);\n\treturn 0;\n}\n\nSYS').replace('return 0', 'return 1'),
  )
  const missing = blameMissingState([file], reachOf(file))
  expect(missing.map(({ why }) => why.reason)).toEqual(['create newly has WARN_ON(!inode->i_private) (read off the text: a guess)'])
  expect(blameNeighbours(missing, [file])).toEqual([])
})

test('who comes by a new function of another file to what objects lack is left out in its own file', () => {
  const user = changed(OLD.replace('return 0', 'return pages_of(inode)'))
  const text = `struct state {
	int pages;
};

int pages_of(struct inode *inode)
{
	struct state *state = inode->i_private;

	return state->pages;
}
`
  const brought = changed(text, 'mm/secretmem.h', '')
  const reach = new Map([...reachOf(user), ...reachOf(brought)])
  expect(blameMissingState([user, brought], reach).map(({ atom }) => atom)).toEqual([user.atoms[0]?.id])
})

function reachOf({ atoms }: SourceFile) {
  return new Map(atoms.map(({ id }) => [id, new Set([PATH])]))
}

function changed(text: string, path = PATH, old = OLD): SourceFile {
  const [before, after] = [readCFile(old), readCFile(text)]
  const lines = (of: string) => of.trimEnd().split('\n')
  const diff = `--- a/${path}\n+++ b/${path}\n${hunkOf(lines(old), lines(text))}`
  const hunks = parseUnifiedDiff(diff, path).files[0]?.hunks ?? []
  return { path, kind: 'modified', role: 'unit', before, after, atoms: atomsOf(path, before, after, editsOf(hunks)), diff }
}

/** One hunk over all: a line of the new text that comes next in the old one stays. */
function hunkOf(old: readonly string[], now: readonly string[]): string {
  const shown: string[] = []
  let at = 0
  for (const line of now) {
    const next = line === '' || line === '}' || line === '{' ? (old[at] === line ? at : -1) : old.indexOf(line, at)
    if (next < 0) shown.push(`+${line}`)
    else {
      for (; at < next; at++) shown.push(`-${old[at]}`)
      shown.push(` ${line}`)
      at++
    }
  }
  for (; at < old.length; at++) shown.push(`-${old[at]}`)
  return `@@ -1,${old.length} +1,${now.length} @@\n${shown.join('\n')}\n`
}
