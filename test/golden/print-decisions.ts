import { hexFromBytes, latin1FromBytes } from '../../src/core/base/mod.ts'
import type { Item, Link, LinkedReference, UnitDiff } from '../../src/core/diff/mod.ts'

/** Every function has these; they say nothing. */
const EVERYWHERE: ReadonlySet<string> = new Set(['__fentry__', '__x86_return_thunk'])

/** What a diff decided, a line each, sorted. Nothing that another compiler version or another layout would change: no offsets, no addresses. */
export function printDecisions(diff: UnitDiff, types: Pick<UnitDiff, 'refusals' | 'notes'>): string {
  const { inclusion } = diff
  const replaced = diff.replaced.map(({ original, patched }) => `replaced  ${arrow(original.name, patched.name)}`)
  const entryPoints = new Set([...diff.replaced.map(({ patched }) => patched), ...diff.added])
  const lines = [
    ...replaced,
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
    ...[...diff.refusals, ...types.refusals].map((refusal) => `refused   ${refusal.subject}: ${refusal.code}: ${refusal.reason}`),
    ...[...diff.notes, ...types.notes].map((note) => `note      ${note.subject}: ${note.text}`),
  ]
  return lines.length === 0 ? 'nothing\n' : `${[...new Set(lines)].toSorted().join('\n')}\n`
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
