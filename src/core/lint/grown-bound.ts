import { functionAt } from './c-text.ts'
import { type ChangedMacro, changedMacros } from './changed-macros.ts'
import { enumValues } from './data-changed.ts'
import type { Review, Rule, Sight } from './finding.ts'
import { allocates } from './initialises.ts'
import { sourcesOf } from './places.ts'

/** A constant that sizes arrays, and that the fix changes. */
export const GROWN_BOUND: Rule = {
  id: 'grown-bound',
  why: 'arrays that exist keep the size that the old constant gave them: new code walks past the end of one, or past what it was told to leave',
  check: 'every place that indexes or walks such an array; keep the old bound for old arrays, or put what is new behind a shadow variable',
  asksFor: ({ files }) =>
    changedConstants(files)
      .filter(({ path }) => path.endsWith('.h'))
      .map(({ name }) => name),
  find: (review) =>
    changedConstants(review.files).flatMap(({ name, path, line, was, is }): Sight[] => {
      const [first, ...rest] = sized(review, name)
      if (first === undefined) return []
      const more = rest.length === 0 ? '' : ` and ${rest.length} more`
      const what = `it is ${is}, before ${was}, and sizes ${first.what} (${first.path}:${first.line})${more}`
      return [{ severity: first.isArray ? 'stop' : 'careful', file: path, line, subject: name, what }]
    }),
}

/** Macros and enum bounds with another value, and macros that are made of them. */
function changedConstants(files: Review['files']): ChangedMacro[] {
  return files.flatMap((file): ChangedMacro[] => {
    const { path, before, after } = file
    const lineOf = (name: string) =>
      after.defines.get(name)?.line ?? after.code.findIndex((text) => new RegExp(`\\b${name}\\b`).test(text)) + 1
    const direct = changedMacros(file).filter(({ was, is }) => isNumber(was) && isNumber(is))
    const [old, now] = [enumValues(before), enumValues(after)]
    const counts = [...now].flatMap(([name, value]): ChangedMacro[] => {
      const was = old.get(name)
      return was === undefined || was === value || !/(MAX|NUM|NR|COUNT|LAST|SIZE)/i.test(name)
        ? []
        : [{ name, path, line: lineOf(name), was: was.replace(/^\+/, ''), is: value.replace(/^\+/, '') }]
    })
    const own = [...direct, ...counts]
    const made = [...after.defines].flatMap(([name, { value }]): ChangedMacro[] => {
      const base = own.find((one) => one.name !== name && new RegExp(`\\b${one.name}\\b`).test(value))
      return base === undefined || own.some((one) => one.name === name)
        ? []
        : [{ name, path, line: lineOf(name), was: `with ${base.name} ${base.was}`, is: `made with ${base.name} ${base.is}` }]
    })
    return [...own, ...made]
  })
}

function isNumber(value: string): boolean {
  return value !== '' && /^[\w\s()+\-*/<>|]+$/.test(value)
}

/** Arrays outside functions, members among them, and allocations. */
function sized(review: Review, name: string) {
  const word = new RegExp(`\\b${name}\\b`)
  const array = new RegExp(`(\\w+)\\s*(?:\\[[^\\]]*\\]\\s*)*\\[[^\\]]*\\b${name}\\b[^\\]]*\\][^;=,]*[;=,]`)
  const found = sourcesOf(review).flatMap((file) =>
    file.code.flatMap((text, rank) => {
      if (!word.test(text)) return []
      const place = { path: file.path, line: rank + 1 }
      const isInside = functionAt(file, rank + 1) !== undefined
      const member = isInside ? undefined : array.exec(text)?.[1]
      if (member !== undefined) return [{ ...place, what: `the array ${member}`, isArray: true }]
      return isInside && allocates(text) ? [{ ...place, what: 'an allocation', isArray: false }] : []
    }),
  )
  return found.toSorted((a, b) => Number(b.isArray) - Number(a.isArray))
}
