import { type CodeFile, functionAt } from './c-text.ts'
import { type ChangedMacro, renumberedMacros } from './changed-macros.ts'
import type { Review, Rule, Sight } from './finding.ts'
import { argumentsFrom } from './parameters.ts'

/** A state or a flag that objects keep by a number, and that gets another number. */
export const STATE_NUMBERED: Rule = {
  id: 'state-numbered',
  why: 'objects that exist when the patch is applied are marked with the old number: new code takes it for another state, or for none; until the transition ends, and when the patch is reverted, old code does so with the new one',
  check:
    'keep the old numbers, and give what is new one that nobody had; where they must change, who still has the old marks has to be told apart',
  asksFor: ({ files }) => files.flatMap((file) => (file.path.endsWith('.h') ? renumberedMacros(file).map(({ name }) => name) : [])),
  find: (review) =>
    review.files.flatMap(renumberedMacros).flatMap((macro): Sight[] => {
      const [old, now] = (['before', 'after'] as const).map((side) => usesIn(sourcesOf(review, side, macro), macro.name))
      const pair = pairOf(old?.stores, now?.tests) ?? pairOf(now?.stores, old?.tests)
      if (pair === undefined) return []
      const [store, test] = pair
      const what = `it is ${macro.is}, before ${macro.was}, and objects keep it in ${store.member}: ${store.place} stores it there, ${test.place} tests it`
      return [{ severity: 'stop', file: macro.path, line: macro.line, subject: macro.name, what }]
    }),
}

interface Use {
  readonly member: string
  readonly place: string
}

/** Of what only a C file defines, that file; else all that has no definition of its own. */
function sourcesOf({ files, others }: Review, side: 'before' | 'after', { name, path }: ChangedMacro): CodeFile[] {
  const all = [...files.map((file) => file[side]), ...others]
  return all.filter((file) => file.path === path || (path.endsWith('.h') && !file.defines.has(name)))
}

function pairOf(stores: readonly Use[] = [], tests: readonly Use[] = []): readonly [Use, Use] | undefined {
  for (const store of stores) {
    const test = tests.find(({ member }) => member === store.member)
    if (test !== undefined) return [store, test]
  }
  return undefined
}

function usesIn(sources: readonly CodeFile[], name: string): { readonly stores: readonly Use[]; readonly tests: readonly Use[] } {
  const word = new RegExp(`\\b${name}\\b`)
  const [stores, tests]: [Use[], Use[]] = [[], []]
  for (const source of sources) {
    if (!word.test(source.text)) continue
    const { text } = source
    const useAt = ({ member, at }: { readonly member: string; readonly at: number }): Use => {
      const line = text.slice(0, at).split('\n').length
      return { member, place: functionAt(source, line)?.name ?? `${source.path}:${line}` }
    }
    stores.push(...storesIn(text, name).map(useAt))
    tests.push(...testsIn(text, name).map(useAt))
  }
  return { stores, tests }
}

interface Found {
  readonly member: string
  readonly at: number
}

const MEMBER = '(?:->|\\.)\\s*(\\w+)(?:\\s*\\[[^\\]]*\\])*'
/** What is done to a member by a call that gets it first, or its address. */
const OF_MEMBER = `[^;,]*?${MEMBER}\\s*`
const ASSIGNED = new RegExp(`${MEMBER}\\s*\\|?=(?!=)(?=\\s*([^;,{}]*))`, 'g')

function storesIn(text: string, name: string): Found[] {
  const assigned = [...text.matchAll(ASSIGNED)].filter(([, , value = '']) => isMark(value, name)).map(foundAt)
  const calls = [
    `(?:__)?(?:(?:test_and_)?(?:set|change)_bit\\w*|assign_bit)\\s*\\(\\s*${name}\\s*,${OF_MEMBER}[,)]`,
    `\\batomic\\w*_or\\w*\\s*\\(\\s*${name}\\s*,${OF_MEMBER}\\)`,
    `\\b(?:WRITE_ONCE|smp_store_\\w+|atomic\\w*_set\\w*|atomic\\w*_\\w*xchg\\w*|\\w*xchg\\w*)\\s*\\(${OF_MEMBER},[^;]*?(?<!~\\s*)\\b${name}\\b`,
  ]
  return [...assigned, ...matchesOf(calls, text)]
}

/** By itself, with other marks, or as one side of a condition. */
function isMark(value: string, name: string): boolean {
  const mark = new RegExp(`^[(\\s]*(?:\\(\\w+\\)\\s*)?(?:BIT(?:_ULL)?\\s*\\(\\s*|1[uUlL]*\\s*<<\\s*\\(?)?${name}[)\\s]*$`)
  const sides = value.includes('?') ? value.split(/[?:]/).slice(1) : [value]
  return sides.some((side) => side.split('|').some((term) => mark.test(term)))
}

function testsIn(text: string, name: string): Found[] {
  const one = `(?:\\w+\\s*\\|\\s*)*(?:BIT(?:_ULL)?\\s*\\(\\s*|1[uUlL]*\\s*<<\\s*\\(?)?${name}\\b`
  const tests = [
    `${MEMBER}[\\s)]*(?:&(?!&)|[=!]=|[<>]=?(?![<>=]))[\\s(]*${one}`,
    `\\b${name}\\s*(?:&(?!&)|[=!]=)\\s*[\\w.>-]*?${MEMBER}`,
    `\\b(?:test_bit\\w*|(?:__)?test_and_(?:set|clear|change)_bit\\w*)\\s*\\(\\s*${name}\\s*,${OF_MEMBER}\\)`,
    `\\bwait_on_bit\\w*\\s*\\(${OF_MEMBER},\\s*${name}\\b`,
  ]
  return [...matchesOf(tests, text), ...switchesIn(text, name)]
}

/** `switch (x->state) { case FOO_DEAD: … }`, and those of what is read once. */
function switchesIn(text: string, name: string): Found[] {
  const label = new RegExp(`\\bcase\\s+${name}\\s*(?::|\\.\\.\\.)`)
  return [...text.matchAll(new RegExp(`\\bswitch\\s*\\([^{;]*?${MEMBER}[\\s)]*\\{`, 'g'))].flatMap((match) => {
    const [body = ''] = argumentsFrom(text.slice(match.index + match[0].length).replaceAll(',', ' '))
    return label.test(body) ? [foundAt(match)] : []
  })
}

function matchesOf(patterns: readonly string[], text: string): Found[] {
  return patterns.flatMap((pattern) => [...text.matchAll(new RegExp(pattern, 'g'))].map(foundAt))
}

function foundAt(match: RegExpExecArray | RegExpMatchArray): Found {
  return { member: match[1] ?? '', at: match.index ?? 0 }
}
