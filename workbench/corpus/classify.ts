import type { Construct, ConstructKind } from './constructs.ts'

/** What a change is, by its source. The first that holds, from what is hardest to patch to what is nothing. */
export const CLASSES = ['types', 'data', 'macros', 'functions', 'init-only', 'comments-only'] as const
export type CaseClass = (typeof CLASSES)[number]

/** What the change does to each thing at file level, such as `changed function tcp_rcv`. Comments and spacing count for nothing. */
export function listEffects(older: readonly Construct[], newer: readonly Construct[]): string[] {
  const [before, after] = [byName(older), byName(newer)]
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [left, right] = [before.get(key), after.get(key)]
    if (left === right) return []
    return [`${left === undefined ? 'new' : right === undefined ? 'removed' : 'changed'} ${key}`]
  })
}

/**
 * The class of a change of one or more files. New types, data and macros come with the functions that use them, and those removed go with them;
 * it is what exists already and changes that makes the class.
 */
export function classify(effects: readonly string[]): CaseClass {
  const has = (verb: string, kind: ConstructKind) => effects.some((effect) => effect.startsWith(`${verb} ${kind} `))
  if (has('changed', 'type')) return 'types'
  if (has('changed', 'data')) return 'data'
  if (has('changed', 'macro')) return 'macros'
  const rest = effects.filter((effect) => !/^\w+ (?:init|declaration) /.test(effect))
  if (rest.length > 0) return 'functions'
  return effects.some((effect) => /^\w+ init /.test(effect)) ? 'init-only' : effects.length > 0 ? 'functions' : 'comments-only'
}

/** Namesakes, as in branches of #if, count as one thing. */
function byName(constructs: readonly Construct[]): Map<string, string> {
  const words = new Map<string, string>()
  for (const { kind, name, words: own } of constructs) {
    const key = `${kind} ${name}`
    words.set(key, `${words.get(key) ?? ''} ${own.join(' ')}`)
  }
  return words
}
