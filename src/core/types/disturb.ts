import { type Definition, type WantedType, findDefinitions, holdsWord, splitDeclarations } from './definition.ts'
import type { LayoutChange } from './layout-change.ts'
import { compareLayouts } from './compare-layouts.ts'
import type { Btf } from '../kernel/mod.ts'

/** So much that everything behind it moves, whatever its alignment up to a cache line. */
const GAP_BYTES = 64
const ENUM_STEP = 4096n

/**
 * The preprocessed patched source with each changed type changed further in the same place: members move by a gap, values by a step. What the
 * compiler then makes otherwise depends on the changed part of a type; what stays as it is does not, however it names the type.
 * Undefined when a type's definition is not found.
 */
export function disturbLayouts(text: string, changes: readonly LayoutChange[], gapBytes = GAP_BYTES): string | undefined {
  const edits: Edit[] = []
  for (const change of changes) {
    const own = change.place.kind === 'scalar' ? widen(text, change) : editDefinitions(text, change, gapBytes)
    if (own.length === 0) return undefined
    edits.push(...own)
  }
  return applyEdits(text, edits)
}

function editDefinitions(text: string, change: LayoutChange, gapBytes: number): Edit[] {
  return findDefinitions(text, wantedOf(change)).flatMap((definition) => editsOf(text, definition, change, `char kmend_gap[${gapBytes}];`))
}

/** A typedef of a number becomes one of another size; what is declared in another way is not understood. */
function widen(text: string, { name, newSize }: LayoutChange): Edit[] {
  const declarations = [...text.matchAll(new RegExp(`\\btypedef\\s[^;{}()*[\\]"]*\\b${name}\\s*;`, 'g'))]
  if (declarations.length !== 1) return []
  const other = newSize === 8 ? 'unsigned short' : 'unsigned long long'
  return declarations.map((match) => ({ at: match.index, until: match.index + match[0].length, text: `typedef ${other} ${name};` }))
}

/** Whether a disturbance took: every changed part of every type is elsewhere again. */
export function isDisturbed(patched: Btf, disturbed: Btf, changes: readonly LayoutChange[]): boolean {
  const found = new Map(compareLayouts(patched, disturbed).map((change) => [`${change.kind} ${change.name}`, change]))
  return changes.every((change) => {
    if (change.kind === 'enum' || change.place.kind === 'enum') return isRenumbered(patched, disturbed, change)
    const again = found.get(`${change.kind} ${change.name}`)
    const moved = new Set(again?.members.map(({ member }) => member))
    return (
      again !== undefined &&
      again.oldSize !== again.newSize &&
      change.members.every(({ change: kind, member }) => kind === 'removed' || moved.has(member))
    )
  })
}

function isRenumbered(patched: Btf, disturbed: Btf, change: LayoutChange): boolean {
  const names = new Set(change.members.flatMap((member) => (member.change === 'removed' ? [] : [member.member])))
  const valuesOf = (btf: Btf) =>
    new Map(
      btf.types
        .flatMap((type) => (type.kind === 'enum' ? type.values.filter(({ name }) => names.has(name)) : []))
        .map((v) => [v.name, v.value]),
    )
  const [before, after] = [valuesOf(patched), valuesOf(disturbed)]
  return [...names].every((name) => after.has(name) && after.get(name) !== before.get(name))
}

function wantedOf({ kind, name, place, members }: LayoutChange): WantedType {
  if (place.kind === 'enum') {
    const holds = members.find(({ change }) => change !== 'removed')?.member ?? [...place.values.keys()][0] ?? ''
    if (kind === 'typedef') return { words: ['enum'], typedef: name, holds }
    const isNamedByValue = members.some(({ member }) => member === name)
    return isNamedByValue ? { words: ['enum'], holds } : { words: ['enum'], tag: name, holds }
  }
  return kind === 'typedef' ? { words: ['struct', 'union'], typedef: name } : { words: [kind === 'union' ? 'union' : 'struct'], tag: name }
}

interface Edit {
  readonly at: number
  readonly until: number
  readonly text: string
}

function editsOf(text: string, definition: Definition, { place, members, newSize }: LayoutChange, gap: string): Edit[] {
  switch (place.kind) {
    case 'enum': {
      const changed = new Set(members.map(({ member }) => member))
      const values = [...place.values].map(([name, value]) => `${name} = ${changed.has(name) ? value + ENUM_STEP : value}`)
      return [{ at: definition.start, until: definition.end, text: values.join(', ') }]
    }
    case 'struct': {
      const at = declarationOf(text, definition, place.before)?.start ?? definition.end
      return [{ at, until: at, text: ` ${gap} ` }]
    }
    case 'scalar':
      return []
    case 'union': {
      const held = place.members.map((names) => declarationOf(text, definition, names))
      const declarations = new Set(held.filter((declaration) => declaration !== undefined).map(({ start, end }) => `${start} ${end}`))
      const inner = [...declarations].flatMap((span) => {
        const [start = 0, end = 0] = span.split(' ').map(Number)
        return [
          { at: start, until: start, text: ` struct { ${gap} ` },
          { at: end, until: end, text: ' }; ' },
        ]
      })
      return declarations.size > 0 ? inner : [{ at: definition.end, until: definition.end, text: ` char kmend_gap[${newSize + 64}]; ` }]
    }
  }
}

function declarationOf(text: string, definition: Definition, names: readonly string[]) {
  if (names.length === 0) return undefined
  return splitDeclarations(text, definition).find(({ start, end }) => names.some((name) => holdsWord(text.slice(start, end), name)))
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = []
  let at = 0
  for (const edit of edits.toSorted((a, b) => a.at - b.at)) {
    if (edit.at < at) continue // a type defined inside another one that is replaced whole
    parts.push(text.slice(at, edit.at), edit.text)
    at = edit.until
  }
  return [...parts, text.slice(at)].join('')
}
