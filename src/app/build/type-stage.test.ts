import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decideTypes } from '../../../test/kit/type-decisions.ts'
import { compilePair, unitFlags } from '../../../test/kit/unit-pair.ts'
import { diffObjects } from '../../core/diff/mod.ts'

const GOLDEN = join(import.meta.dirname, '../../../test/golden')

test('where one unit that sees a type is enough, the same types are refused, and fewer units are asked', async () => {
  const all = await decideCopies('type-embedded', false)
  const few = await decideCopies('type-embedded', true)
  expect(all.refusals.map(({ code, subject }) => `${code} ${subject}`)).toEqual([
    'layout-changed struct inner',
    'layout-changed struct outer',
  ])
  expect(subjectsOf(few)).toEqual(subjectsOf(all))
  expect([all.probeCount, few.probeCount]).toEqual([36, 8])
}, 120_000)

test('a type that nobody sees is asked of every unit all the same', async () => {
  const few = await decideCopies('type-unseen', true)
  expect([few.refusals, few.probeCount]).toEqual([[], 12])
}, 120_000)

test('what was seen of a type is remembered as long as the unit has the same edits, whatever its object', async () => {
  const sources = readGolden('type-unseen')
  const pair = await compilePair(sources, GOLDEN)
  const diff = diffObjects({ unit: 'unit.c', ...pair, tables: [] })
  let edits = 'all'
  const memory = { seen: new WeakMap(), editsOf: () => edits }
  const decide = () => decideTypes({ sources, pair, diff, tables: [], flags: unitFlags(GOLDEN), isWitnessEnough: true, memory })
  const [first, again] = [await decide(), await decide()]
  edits = 'fewer'
  const other = await decide()
  expect([first, again, other].map(({ compileCount }) => compileCount)).toEqual([2, 0, 2])
  expect([again, other].map(({ notes }) => notes)).toEqual([first.notes, first.notes])
}, 60_000)

describe('where one that sees a type is enough', () => {
  test.each(['type-member-added', 'type-removed', 'type-enum-value', 'type-anonymous-member', 'type-typedef'])(
    'the source of %s shows it, and no compiler is asked',
    async (name) => {
      const few = await decideCopies(name, true, 2)
      expect(subjectsOf(few)).toEqual(subjectsOf(await decideCopies(name, false, 2)))
      expect([few.refusals.length, few.compileCount]).toEqual([1, 0])
    },
    60_000,
  )

  test.each(['type-stack-only', 'type-stack-heap', 'type-stack-gone'])(
    'whether a type lives on the stack alone is decided as for a single fix: %s',
    async (name) => {
      const [all, few] = [await decideCopies(name, false, 1), await decideCopies(name, true, 1)]
      expect([subjectsOf(few), few.notes]).toEqual([subjectsOf(all), all.notes])
      expect(few.refusals.map(stackReason)).toEqual(all.refusals.map(stackReason))
    },
    60_000,
  )

  const USE = '\tsession->limit = 1;'

  test('a member that another type has too shows nothing: the compiler is asked', async () => {
    const few = await decideText({ more: 'struct other { int limit; };\nint foreign(struct other *o) { return o->limit; }', use: USE })
    expect([subjectsOf(few), few.probeCount]).toEqual([['struct session'], 2])
  }, 60_000)

  test.each([
    ['what a conditional may leave out', { use: `#ifdef ABSENT\n${USE}\n#endif` }],
    ['another function of the same name', { more: `#ifdef ABSENT\nvoid set(struct session *session)\n{\n${USE}\n}\n#endif` }],
    [
      'a function that is not carried',
      { was: 'struct a *limit;', is: 'struct b *limit;', more: 'void *same(struct session *session) { return session->limit; }' },
    ],
  ])(
    '%s shows nothing: the compiler is asked, and finds that nobody sees the type',
    async (_, given) => {
      const few = await decideText(given)
      expect([subjectsOf(few), few.probeCount]).toEqual([[], 2])
      expect(few.notes.map(({ subject }) => subject)).toContain('struct session')
    },
    60_000,
  )
})

const subjectsOf = ({ refusals }: { readonly refusals: readonly { readonly subject: string }[] }) =>
  refusals.map(({ subject }) => subject).toSorted()

const stackReason = ({ reason }: { readonly reason: string }) => /not on the stack alone: (.*)/.exec(reason)?.[1]

async function decideCopies(name: string, isWitnessEnough: boolean, copies = 12) {
  return decideSources(readGolden(name), { isWitnessEnough, copies })
}

function readGolden(name: string) {
  const read = (file: string) => readFileSync(join(GOLDEN, name, file), 'utf8')
  return { original: read('orig.c'), patched: read('patched.c') }
}

/** A struct with a member that changes, in two units that have more in them, and a function that is changed. */
function decideText({ was = '', is = 'int limit;', more = '', use = '' }) {
  const textOf = (member: string, body: string) =>
    `#include "kernel.h"\nstruct session { int id; ${member} };\n${more}\nvoid set(struct session *session)\n{\n${body}\n\tconsume(session->id);\n}\n`
  const sources = { original: textOf(was, ''), patched: textOf(is, `${use}\n\tproduce();`) }
  return decideSources(sources, { isWitnessEnough: true, copies: 2 })
}

async function decideSources(
  sources: { readonly original: string; readonly patched: string },
  options: { readonly isWitnessEnough: boolean; readonly copies: number },
) {
  const pair = await compilePair(sources, GOLDEN)
  const diff = diffObjects({ unit: 'unit.c', ...pair, tables: [] })
  return decideTypes({ sources, pair, diff, tables: [], flags: unitFlags(GOLDEN), ...options })
}
