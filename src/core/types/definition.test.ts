import { describe, expect, test } from 'vitest'
import { findDefinitions, splitDeclarations } from './definition.ts'

const TEXT = `
struct session;
extern struct session *find(struct session *other);
# 7 "include/session.h"
struct __attribute__((__aligned__(8)))
# 8 "include/session.h"
session {
 int id; struct session *next;
 struct { int session; char text[2]; } inner;
 void (*call)(struct session *, int);
} __attribute__((packed));
static struct session first = { .id = ';' };
typedef struct { int a; } plain_t;
typedef union { int b; } *pointer_t, value_t;
enum { IDLE, BUSY };
enum mode { FAST = '}', SLOW };
`

const bodies = (wanted: Parameters<typeof findDefinitions>[1]) =>
  findDefinitions(TEXT, wanted).map(({ start, end }) => TEXT.slice(start, end).trim())

describe('a definition in preprocessed C', () => {
  test('is found by its tag, over attributes and line markers, and not where the type is only named', () => {
    expect(bodies({ words: ['struct'], tag: 'session' })).toEqual([expect.stringMatching(/^int id;[^]*, int\);$/)])
    expect(bodies({ words: ['struct'], tag: 'other' })).toEqual([])
  })

  test('is found by its typedef', () => {
    expect(bodies({ words: ['struct', 'union'], typedef: 'plain_t' })).toEqual(['int a;'])
    expect(bodies({ words: ['struct', 'union'], typedef: 'value_t' })).toEqual(['int b;'])
  })

  test('of an enum is found by what it holds', () => {
    expect(bodies({ words: ['enum'], holds: 'BUSY' })).toEqual(['IDLE, BUSY'])
    expect(bodies({ words: ['enum'], tag: 'mode', holds: 'SLOW' })).toEqual(["FAST = '}', SLOW"])
  })

  test('has one declaration to each of its own semicolons', () => {
    const [definition] = findDefinitions(TEXT, { words: ['struct'], tag: 'session' })
    const declarations = splitDeclarations(TEXT, definition ?? { start: 0, end: 0 }).map(({ start, end }) => TEXT.slice(start, end).trim())
    expect(declarations).toEqual([
      'int id;',
      'struct session *next;',
      'struct { int session; char text[2]; } inner;',
      'void (*call)(struct session *, int);',
    ])
  })
})
