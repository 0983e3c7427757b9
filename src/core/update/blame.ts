import { plainPath } from '../kernel/mod.ts'
import type { Atom } from './atoms.ts'
import { type CFile, isIdentifier, tokensOf } from '../c/mod.ts'

/** What a unit looks like to those who seek the cause of its trouble. */
export interface UnitView {
  readonly source: string
  /** The patched source as it is now. */
  readonly file: CFile
  /** Atoms that are taken and can reach this unit; those of its own file first. */
  readonly atoms: readonly Atom[]
}

/**
 * The atoms that cause a refusal, from certain to uncertain: what defines the subject, what edits it, what edits mention it, what the
 * reason names, what the subject's own text leads to; at last all of the unit's file, then all that reaches the unit.
 */
export function blameRefusal({ subject, reason }: { readonly subject: string; readonly reason: string }, view: UnitView): Atom[] {
  const name = subject.replace(/^(struct|union|enum) /, '').replace(/\.(isra|constprop|part|cold|lto_priv|\d).*$/, '')
  const own = view.atoms.filter((atom) => atom.file === view.source)
  const defines = (atom: Atom) => atom.items.some(({ region }) => region.names.includes(name))
  const mentions = (atom: Atom) => atom.mentions.has(name)
  // Nameless things are refused for a function that the reason names.
  const told = new Set(reason.match(/[A-Za-z_]\w*/g))
  const tiers: readonly (() => readonly Atom[])[] = [
    () => own.filter(defines),
    () => view.atoms.filter(defines),
    () => own.filter(mentions),
    () => view.atoms.filter(mentions),
    () => own.filter((atom) => atom.items.some(({ region }) => region.names.some((one) => told.has(one)))),
    () => leadingFrom(name, view),
    () => own,
    () => view.atoms,
  ]
  for (const tier of tiers) {
    const found = tier().filter((atom) => atom.isCode)
    if (found.length > 0) return [...found]
  }
  return []
}

/** Follows the names in a function's text, through the file's own functions, to the nearest atoms: its compiled code may hold theirs. */
function leadingFrom(name: string, view: UnitView): Atom[] {
  const regions = new Map(view.file.regions.flatMap((region) => region.names.map((own) => [own, region] as const)))
  const byName = Map.groupBy(
    view.atoms.flatMap((atom) => atom.items.flatMap(({ region }) => region.names.map((own) => ({ own, atom })))),
    ({ own }) => own,
  )
  const seen = new Set([name])
  for (let level = [name]; level.length > 0;) {
    const mentioned = level.flatMap((own) => {
      const region = regions.get(own)
      return region === undefined ? [] : tokensOf(view.file, region).filter(isIdentifier)
    })
    const next = [...new Set(mentioned)].filter((own) => !seen.has(own))
    const found = next.flatMap((own) => (byName.get(own) ?? []).map(({ atom }) => atom))
    if (found.length > 0) return [...new Set(found)]
    for (const own of next) seen.add(own)
    level = next.filter((own) => regions.has(own))
  }
  return []
}

export interface CompileError {
  readonly file: string
  readonly line: number
  readonly message: string
}

/** `fs/a.c:12:3: error: …`, and the notes that say where something was declared. Paths are as the compiler was given them, from the tree's root. */
export function parseCompileErrors(text: string): CompileError[] {
  return [...text.matchAll(/^([^\s:]+):(\d+):(?:\d+:)? (?:fatal )?(?:error|note): (.*)$/gm)].map(
    ([, file = '', line = '', message = '']) => ({
      file: plainPath(file),
      line: Number(line),
      message,
    }),
  )
}

/** What of an update is taken now. */
export interface TakenView {
  readonly isLeftOut: (name: string) => boolean
  /** A header's atoms are in every unit that includes it, those too of which the unit's text uses nothing. */
  readonly takenIn: (file: string) => readonly Atom[]
}

/**
 * The atoms that keep a unit from compiling: those that use what is left out, else those that change what unchanged code uses.
 * Lines are those of the original, as `#line` keeps them.
 */
export function blameCompileError(error: CompileError, view: UnitView, { isLeftOut, takenIn }: TakenView): Atom[] {
  const names = [...error.message.matchAll(/[‘'"]([^’'"]+)[’'"]/g)]
    .flatMap(([, text = '']) => text.split(/[^A-Za-z0-9_]+/))
    .filter(isIdentifier)
  const here = takenIn(error.file).filter((atom) => atom.isCode && isNear(atom, error.line))
  const defining = view.atoms.filter(
    (atom) => atom.isCode && atom.items.some(({ region }) => names.some((name) => region.names.includes(name))),
  )
  if (here.length > 0 && (defining.length === 0 || names.some(isLeftOut))) return here
  if (defining.length > 0) return defining
  const mentioning = view.atoms.filter((atom) => atom.isCode && names.some((name) => atom.mentions.has(name)))
  return here.length > 0 ? here : mentioning.slice(0, 20)
}

function isNear(atom: Atom, line: number): boolean {
  const slack = 1
  return (
    atom.items.some(({ was }) => was !== undefined && line >= was.start - slack && line <= was.end + slack) ||
    atom.edits.some((edit) => line >= edit.oldStart - slack && line <= edit.oldStart + edit.removed + edit.added.length + slack)
  )
}
