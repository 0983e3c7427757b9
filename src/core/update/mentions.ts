import { type CFile, type Region, isIdentifier, isMember, tokensOf } from '../c/mod.ts'
import type { Edit } from './edits.ts'

/** What the text of an atom's edits, and around them, says. */
export interface Mentions {
  /** Whether any token differs: else it is comments and blanks alone. */
  readonly isCode: boolean
  /** Identifiers on the edited lines: how much more often they stand on the new lines than on the old ones. */
  readonly mentions: ReadonlyMap<string, number>
  /** Those of them that stand where a declaration has its name. */
  readonly declared: ReadonlySet<string>
  /** Those of them that stand where a member of an object is used. */
  readonly members: ReadonlySet<string>
  /** What is called, on a line that stays, under a condition that is edited; among the mentions as well. */
  readonly guarded: ReadonlySet<string>
  /** Statements on the edited lines, as tokens, that it takes out and does not put in again, and the other way round. */
  readonly gone: ReadonlySet<string>
  readonly come: ReadonlySet<string>
  /** Identifiers in the whole text of the functions that it edits, before and after. */
  readonly around: ReadonlySet<string>
}

/** A function before and after; undefined where there is none. */
export interface FunctionText {
  readonly was: Region | undefined
  readonly is: Region | undefined
}

interface Edited {
  readonly edits: readonly Edit[]
  readonly functions: readonly FunctionText[]
}

export function mentionsOf({ edits, functions }: Edited, before: CFile, after: CFile): Mentions {
  const old = edits.map((edit) => before.tokens.between(edit.oldStart - 1, edit.oldStart - 1 + edit.removed))
  const now = edits.map((edit) => after.tokens.between(edit.newStart - 1, edit.newStart - 1 + edit.added.length))
  const guarded = new Set(edits.flatMap((edit, rank) => guardedBy(now[rank] ?? [], edit, after)))
  const [out, put] = [statementsOf(old), statementsOf(now)]
  return {
    isCode: old.some((tokens, rank) => tokens.join(' ') !== (now[rank] ?? []).join(' ')),
    mentions: countMentions(old, now, guarded),
    declared: new Set([...old, ...now].flatMap((tokens) => tokens.filter((token, at) => isIdentifier(token) && isNamePlace(tokens, at)))),
    members: new Set([...old, ...now].flatMap((tokens) => tokens.filter((_, at) => isMember(tokens, at)))),
    guarded,
    gone: new Set([...out].filter((statement) => !put.has(statement))),
    come: new Set([...put].filter((statement) => !out.has(statement))),
    around: namesAround(functions, before, after),
  }
}

function countMentions(
  old: readonly (readonly string[])[],
  now: readonly (readonly string[])[],
  guarded: ReadonlySet<string>,
): Map<string, number> {
  const mentions = new Map([...guarded].map((name) => [name, 0]))
  const count = (tokens: readonly string[], by: number) => {
    for (const token of tokens) if (isIdentifier(token)) mentions.set(token, (mentions.get(token) ?? 0) + by)
  }
  for (const tokens of old) count(tokens, -1)
  for (const tokens of now) count(tokens, 1)
  return mentions
}

/** The statement behind a condition that ends with the edited lines. */
function guardedBy(tokens: readonly string[], { newStart, added }: Edit, after: CFile): string[] {
  if (tokens.at(-1) !== ')' || !tokens.some((token) => /^(if|while|for)$/.test(token))) return []
  const end = newStart - 1 + added.length
  const behind = after.tokens.between(end, end + GUARDED_LINES)
  const statement = behind.slice(
    0,
    behind.findIndex((token) => /^[;{}]$/.test(token)),
  )
  return statement.filter((token, at) => isIdentifier(token) && statement[at + 1] === '(')
}

const GUARDED_LINES = 4

function statementsOf(runs: readonly (readonly string[])[]): Set<string> {
  const statements = runs.flatMap((tokens) => tokens.join(' ').split(/ ?[;{}] ?/))
  return new Set(statements.filter((statement) => statement !== ''))
}

function namesAround(functions: readonly FunctionText[], before: CFile, after: CFile): Set<string> {
  const tokens = (file: CFile, region: Region | undefined) => (region === undefined ? [] : tokensOf(file, region))
  return new Set(functions.flatMap(({ was, is }) => [...tokens(before, was), ...tokens(after, is)].filter(isIdentifier)))
}

/** `int count;`, `long ids[4];`, `u8 flag:1, other:1;`, `void (*reset)(…)`. */
function isNamePlace(tokens: readonly string[], at: number): boolean {
  const next = tokens[at + 1] ?? ''
  return /^[;,[:=]$/.test(next) || (next === ')' && tokens[at - 1] === '*' && tokens[at - 2] === '(')
}
