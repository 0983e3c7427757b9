import { hexFromBytes, latin1FromBytes } from '../../src/core/base/mod.ts'
import type { Item, Link, LinkedReference, Note, Refusal, UnitDiff } from '../../src/core/diff/mod.ts'
import type { SymbolVersion } from '../../src/core/kernel/mod.ts'
import type { ResolvedUnit, SymbolRef } from '../../src/core/klp/mod.ts'
import { importedNamespaces, moduleImports, writePatchObject } from '../../src/core/module/mod.ts'
import type { SmallKernelVerdict } from '../kit/small-kernel.ts'

/** Every function has these; they say nothing. */
const EVERYWHERE: ReadonlySet<string> = new Set(['__fentry__', '__x86_return_thunk'])

/** What a diff decided, a line each, sorted. Nothing that another compiler version or another layout would change: no offsets, no addresses. */
export function printDecisions(diff: UnitDiff, types: Pick<UnitDiff, 'refusals' | 'notes'>): string {
  return print([...linesOfDiff(diff), ...linesOfVerdict(diff), ...linesOfVerdict(types)])
}

/** What a build decided, in the same way; where the running kernel has each name, and what the module imports, unless something is refused. */
export function printVerdict({ decision, exports }: SmallKernelVerdict): string {
  const { resolved, refusals } = decision
  const found = refusals.length === 0 ? [...resolved.flatMap(linesOfPlaces), ...linesOfNamespaces(resolved, exports)] : []
  return print([...resolved.flatMap(({ diff }) => linesOfDiff(diff)), ...found, ...linesOfVerdict(decision)])
}

function print(lines: readonly string[]): string {
  return lines.length === 0 ? 'nothing\n' : `${[...new Set(lines)].toSorted().join('\n')}\n`
}

function linesOfDiff(diff: UnitDiff): string[] {
  const { inclusion } = diff
  const entryPoints = new Set([...diff.replaced.map(({ patched }) => patched), ...diff.added])
  return [
    ...diff.replaced.map(({ original, patched }) => `replaced  ${arrow(original.name, patched.name)}`),
    ...diff.added.map((item) => `added     ${item.name}${item.bind === 'local' ? '' : `, ${item.bind}`}`),
    ...diff.removed.map((item) => `removed   ${item.name}`),
    ...diff.madeGlobal.map((item) => `global    ${item.name}`),
    ...inclusion.carried.filter((item) => !entryPoints.has(item)).map((item) => `carried   ${describe(item)}`),
    ...inclusion.carried.filter((item) => item.padding > 0).map((item) => `padding   ${item.name}`),
    ...[...inclusion.links].flatMap(([from, links]) =>
      links.flatMap(({ link, reference }) => printLink(describe(from), link, reference.isBranch)),
    ),
    ...inclusion.entries.flatMap(({ entry, links }) => printEntry(entry.table.section, entry.owner, links)),
    ...diff.callbacks.map(({ when, item }) => `callback  ${when} by ${item.name}`),
    ...diff.settings.map(
      ({ original, before, after }) => `set       ${original.name} from ${hexFromBytes(before)} to ${hexFromBytes(after)}`,
    ),
    ...diff.states.map(({ id, version }) => `state     ${id}, version ${version}`),
    ...diff.forced.map(({ name }) => `forced    ${name}`),
    ...diff.ignored.map(({ name }) => `ignored   ${name}`),
  ]
}

function linesOfVerdict({ refusals, notes }: { readonly refusals: readonly Refusal[]; readonly notes: readonly Note[] }): string[] {
  return [
    ...refusals.map((refusal) => `refused   ${refusal.subject}: ${refusal.code}: ${withoutNumbers(refusal.reason)}`),
    ...refusals.flatMap(({ subject, code, advice }) => (advice === undefined ? [] : [`advice    ${subject}: ${code}: ${advice}`])),
    ...notes.map(printNote),
  ]
}

function printNote({ subject, text }: Note): string {
  return `note      ${subject}: ${text}`
}

/** Where the running kernel has the functions that the patch replaces and the names that it uses. */
function linesOfPlaces({ diff, object, functions, refOf }: ResolvedUnit): string[] {
  const replaced = functions.map(({ name, sympos }) => `found     ${name} in ${object}${position(sympos)}`)
  const links = [...[...diff.inclusion.links.values()].flat(), ...diff.inclusion.entries.flatMap((entry) => entry.links)]
  const used = links.flatMap(({ link }) =>
    link.kind === 'carried' || (link.kind === 'symbol' && EVERYWHERE.has(link.name)) ? [] : [printPlace(refOf(link))],
  )
  return [...replaced, ...used]
}

function printPlace(ref: SymbolRef): string {
  switch (ref.kind) {
    case 'exported':
      return `found     ${ref.name}, exported`
    case 'klp':
      return `found     ${ref.name} in ${ref.object}${position(ref.sympos)}`
    case 'patch':
      return `found     ${ref.name} in the patch, for ${ref.object}`
    case 'none':
      return `found     ${ref.name} nowhere`
  }
}

function linesOfNamespaces(units: readonly ResolvedUnit[], exports: readonly SymbolVersion[]): string[] {
  const objects = units.map((unit, index) => writePatchObject(unit, index))
  return importedNamespaces(moduleImports({ units, objects, exports })).map((namespace) => `imports   the namespace ${namespace}`)
}

function position(sympos: number): string {
  return sympos === 0 ? '' : `, the ${sympos}. of this name`
}

/** Addresses and offsets. */
function withoutNumbers(text: string): string {
  return text.replaceAll(/0x[0-9a-f]+/g, '0x…')
}

function arrow(from: string, to: string): string {
  return from === to ? from : `${from} by ${to}`
}

function printLink(from: string, link: Link, isBranch: boolean): string[] {
  const verb = isBranch ? 'calls' : 'uses '
  switch (link.kind) {
    case 'carried':
      return link.item.kind === 'function' || link.item.kind === 'data' ? [`link      ${from} ${verb} the patch's ${link.item.name}`] : []
    case 'original':
      return [`link      ${from} ${verb} the kernel's ${link.item.name}`]
    case 'symbol':
      return EVERYWHERE.has(link.name) ? [] : [`link      ${from} ${verb} ${link.name} of another unit`]
  }
}

function printEntry(table: string, owner: Item | undefined, links: readonly LinkedReference[]): string[] {
  if (table === '__mcount_loc') return []
  const name = owner === undefined ? 'nothing' : describe(owner)
  const others = links.filter(({ link }) => link.kind !== 'carried' || link.item !== owner)
  return [`entry     ${table} of ${name}`, ...others.flatMap(({ link }) => printLink(`${table} of ${name}`, link, false))]
}

function describe(item: Item): string {
  switch (item.kind) {
    case 'function':
      return item.name
    case 'data':
      return `data ${item.name}`
    case 'string':
      return `string ${JSON.stringify(latin1FromBytes(item.data).replace(/\0$/, ''))}`
    case 'constant':
    case 'fragment':
      return `${item.kind} in ${item.section.name}`
  }
}
