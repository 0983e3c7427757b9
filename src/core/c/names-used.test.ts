import { expect, test } from 'vitest'
import { namesUsed, readCFile } from './mod.ts'

const membersOf = (body: string) => [...usedIn(body).members]

function usedIn(body: string) {
  const file = readCFile(`int f(struct s *s)\n{\n${body}\n}`)
  const [region] = file.regions
  if (region === undefined) throw new Error('no function')
  return namesUsed(file, region)
}

test.each([
  ['s->a = t.b + s->c->d;', ['a', 'c', 'd']],
  ['struct t t = { .a = 1, };', ['a']],
  ['/* s->a */ say("s->a");', []],
  ['switch (a) { case A ... B: return 0; }', []],
])('members are what stands behind an arrow or a point: %s', (body, expected) => {
  expect(membersOf(body)).toEqual(expect.arrayContaining(expected))
  expect(membersOf(body).filter((name) => name !== 'b')).toEqual(expected)
})

test('a name of its own is no member', () => {
  const { members, others } = usedIn('s->a = LIMIT;')
  expect([members.has('LIMIT'), others.has('LIMIT'), others.has('a')]).toEqual([false, true, false])
})

test.each(['struct { int a; } z; z.a = 1;', 'union u { int a; } z = { .a = 1 };'])('nothing where it has a type of its own: %s', (body) => {
  const { members, others } = usedIn(body)
  expect([members.size, others.size]).toEqual([0, 0])
})

test.each([
  ['#ifdef A\ns->a = 1;\n#endif\ns->b = 1;', ['b']],
  ['#if A\n# ifdef B\n# endif\ns->a = 1;\n#else\ns->c = 1;\n#endif\ns->b = 1;', ['b']],
  ['#define GET \\\n s->a\ns->b = 1;', ['b']],
  ['#line 7\ns->b = 1;', ['b']],
])('what a directive may leave out is not used: %j', (body, expected) => expect(membersOf(body)).toEqual(expected))

test.each([
  ['lockdep_assert_held(&s->a); s->b = 1;', ['b']],
  ['p = rcu_dereference_protected(s->b, lockdep_is_held(&s->a));', ['b']],
  ['copy(s->b, sizeof(s->a));', ['b']],
  ['VM_BUG_ON(f(s->a) || s->c); s->b = 1;', ['b']],
  ['pr_devel("%d", s->a); no_printk("%d", s->a); s->b = 1;', ['b']],
  ['BUG_ON(!__same_type(s->a, s->c)); s->b = __alignof__(s->a);', ['b']],
  ['__release(&s->a); mutex_lock_nested(&s->c, s->d); s->b = 1;', ['b']],
])('what may come out as no code is not used: %s', (body, expected) => expect(membersOf(body)).toEqual(expected))
