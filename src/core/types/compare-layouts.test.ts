import { describe, expect, test } from 'vitest'
import { compilePair } from '../../../test/kit/unit-pair.ts'
import { compareLayouts } from './compare-layouts.ts'
import { formatLayoutChange, nameOfLayout } from './layout-change.ts'
import { haveSameTypes, typesOf } from './object-types.ts'

/** What gcc's types tell of two sources; by sums, too, which must never call the same what differs. */
async function changesOf(original: string, patched: string): Promise<string[]> {
  const pair = await compilePair({ original, patched }, '.')
  const changes = compareLayouts(typesOf(pair.original), typesOf(pair.patched))
  if (changes.length > 0 && haveSameTypes(pair.original, pair.patched)) throw new Error('the sums call the same what differs')
  return changes.map((change) => `${nameOfLayout(change)}: ${formatLayoutChange(change)}`)
}

const inFunctions = (...bodies: string[]) =>
  bodies.map((members, index) => `int f${index}(void *v) { struct o { ${members} } *p = v; return p->c; }`).join('\n')

describe('an array at the end, as long as its object has room for', () => {
  test.each([
    ['elements of another size', 'unsigned int slot[];', 'unsigned long slot[];'],
    ['elements that become pointers', 'struct e slot[];', 'struct e *slot[];'],
    ['a length of none', 'unsigned int slot[0];', 'unsigned long slot[0];'],
    ['one inside', 'struct { int n; int slot[]; } tail;', 'struct { int n; char slot[]; } tail;'],
  ])('is another one by %s', async (_, before, after) => {
    const table = (tail: string) =>
      `struct e { long a; int b; };\nstruct table { long n; ${tail} };\nlong f(struct table *t) { return t->n; }`
    expect(await changesOf(table(before), table(after))).toEqual([
      expect.stringMatching(/^struct table: .*(slot|tail) at offset 8 has another type$/),
    ])
  })

  test('is the same one with a counter of another name', async () => {
    const table = (counter: string) =>
      `typedef struct { int counter; } atomic_t;\ntypedef struct { atomic_t refs; } refcount_t;\nstruct table { long n; ${counter} slot[]; };\nlong f(struct table *t) { return t->n; }`
    expect(await changesOf(table('atomic_t'), table('refcount_t'))).toEqual([])
  })
})

describe('types of one name in several functions', () => {
  test('are compared in their order, whatever the others are', async () => {
    const [small, large] = ['int b; int c;', 'long b; int c;']
    const changed = [expect.stringMatching(/^struct o: 8 bytes become 16/)]
    expect(await changesOf(inFunctions(small, small, large), inFunctions(small, large, large))).toEqual(changed)
    expect(await changesOf(inFunctions(small, large), inFunctions(large, small))).toHaveLength(2)
  })

  test('are each compared with all of before, when they become more', async () => {
    const [one, two, three] = ['int b; int c;', 'long b; int c;', 'short b; int c;']
    expect(await changesOf(inFunctions(one, two), inFunctions(one, three, two))).toEqual([expect.stringContaining('struct o: ')])
    expect(await changesOf(inFunctions(one, two), inFunctions(two, one, two))).toEqual([])
  })
})

describe('a struct with a new tag', () => {
  const changes = (before: string, after: string) =>
    changesOf(`${before} int f(void *v) { return 0; }`, `${after} int f(void *v) { return 0; }`)

  test('is compared with the one that goes and has most of its members', async () => {
    const before = 'struct other { int x; int y; }; struct reader { int at; int end; };'
    expect(await changes(before, 'struct cursor { int limit; int at; int end; };')).toEqual([
      expect.stringMatching(/^struct cursor: it was struct reader, 8 bytes become 12/),
    ])
  })

  test('is a new one where what goes has little of it, or nothing goes', async () => {
    const before = 'struct reader { int at; int end; };'
    expect(await changes(before, 'struct cursor { int at; int limit; };')).toEqual([])
    expect(await changes(before, `${before} struct cursor { int limit; int at; int end; };`)).toEqual([])
  })
})

describe('a typedef', () => {
  const use = 'int f(void *v) { foo_t *p = v; return p->b; }'

  test.each([
    ['gets a tag', 'typedef struct { int a; int b; } foo_t;', 'typedef struct foo { long a; int b; } foo_t;'],
    [
      'is of another struct',
      'struct x { int a; int b; };\ntypedef struct x foo_t;',
      'struct y { long a; int b; };\ntypedef struct y foo_t;',
    ],
    ['is qualified', 'typedef const struct { int a; int b; } foo_t;', 'typedef const struct { long a; int b; } foo_t;'],
  ])('that %s is compared by its name', async (_, before, after) => {
    expect(await changesOf(`${before}\n${use}`, `${after}\n${use}`)).toContainEqual(expect.stringMatching(/^foo_t: 8 bytes become 16/))
  })

  test('that is of pointers to what has no name, too', async () => {
    const sources = ['int a', 'long a'].map((a) => `typedef struct { ${a}; int b; } *foo_t;\nint f(void *v) { foo_t p = v; return p->b; }`)
    expect(await changesOf(sources[0] ?? '', sources[1] ?? '')).toEqual([expect.stringMatching(/^foo_t: /)])
  })

  test('that gets a tag and stays as it was is no change, nor is one of what has a tag', async () => {
    expect(
      await changesOf(`typedef struct { int a; int b; } foo_t;\n${use}`, `typedef struct foo { int a; int b; } foo_t;\n${use}`),
    ).toEqual([])
    const tagged = (a: string) => `struct foo { ${a}; int b; };\ntypedef struct foo foo_t;\n${use}`
    expect(await changesOf(tagged('int a'), tagged('long a'))).toEqual([expect.stringMatching(/^struct foo: /)])
  })
})
