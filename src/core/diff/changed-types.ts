import { type Btf, type BtfId, type BtfType, referencesOf } from '../kernel/mod.ts'

/**
 * Names of structs, unions, enums and typedefs that two compilations define differently, whatever the difference: a member's name or type counts like a size.
 * Each is looked at by itself, so what merely contains a changed one is not named.
 */
export function changedTypes(original: Btf, patched: Btf): Set<string> {
  const before = definitions(original)
  const after = definitions(patched)
  return new Set([...before].flatMap(([name, texts]) => (after.has(name) && after.get(name)?.join() !== texts.join() ? [name] : [])))
}

/**
 * Whether what a function or variable is made of leads to one of these types, through members, pointers, parameters and results: so far does its checksum go
 * (genksyms). What the types do not tell of may lead anywhere.
 */
export function leadsTo(types: ReadonlySet<string>, btf: Btf): (name: string) => boolean {
  const holders = holdersOf(btf)
  const leading = new Set(btf.types.flatMap((type, id) => ('name' in type && types.has(`${type.kind} ${type.name}`) ? [id] : [])))
  for (const id of leading) for (const holder of holders.get(id) ?? []) leading.add(holder)
  return (name) => {
    const ids = (btf.idsByName.get(name) ?? []).filter((id) => btf.types[id]?.kind === 'function' || btf.types[id]?.kind === 'variable')
    return ids.length === 0 || ids.some((id) => leading.has(id))
  }
}

/** By type, those that are made of it. */
function holdersOf(btf: Btf): Map<BtfId, BtfId[]> {
  const holders = new Map<BtfId, BtfId[]>()
  btf.types.forEach((type, holder) => {
    for (const part of referencesOf(type)) {
      const known = holders.get(part)
      if (known === undefined) holders.set(part, [holder])
      else known.push(holder)
    }
  })
  return holders
}

/** By kind and name what each is, in order of the text: functions may have types of their own by one name, and gcc's order differs from run to run. */
function definitions(btf: Btf): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const type of btf.types) {
    if (!('name' in type) || type.name === '') continue
    if (type.kind === 'struct' || type.kind === 'union' || type.kind === 'enum' || type.kind === 'typedef')
      found.set(`${type.kind} ${type.name}`, [...(found.get(`${type.kind} ${type.name}`) ?? []), define(btf, type, 0)].toSorted())
  }
  return found
}

const DEPTH_MAX = 32

function define(btf: Btf, type: BtfType, depth: number): string {
  switch (type.kind) {
    case 'struct':
    case 'union':
      return `${type.size} ${type.members.map(({ name, bitOffset, bitSize, type: id }) => `${name} ${bitOffset} ${bitSize} ${show(btf, id, depth)}`).join('; ')}`
    case 'enum':
      return `${type.size} ${type.values.map(({ name, value }) => `${name} ${value}`).join('; ')}`
    case 'typedef':
      return show(btf, type.target, depth)
    default:
      return ''
  }
}

/** A type as it is written inside another: named ones by their name. */
function show(btf: Btf, id: BtfId, depth: number): string {
  const type = btf.types[id]
  if (type === undefined || depth > DEPTH_MAX) return '?'
  switch (type.kind) {
    case 'pointer':
      return `*${show(btf, type.target, depth + 1)}`
    case 'const':
    case 'volatile':
    case 'restrict':
      return `${type.kind} ${show(btf, type.target, depth + 1)}`
    case 'array':
      return `[${type.count}]${show(btf, type.element, depth + 1)}`
    case 'prototype':
      return `(${type.parameters.map((parameter) => show(btf, parameter.type, depth + 1)).join(', ')})${show(btf, type.result, depth + 1)}`
    case 'function':
      return show(btf, type.prototype, depth + 1)
    case 'forward':
      return `${type.isUnion ? 'union' : 'struct'} ${type.name}`
    case 'struct':
    case 'union':
    case 'enum':
      return type.name === '' ? `${type.kind} {${define(btf, type, depth + 1)}}` : `${type.kind} ${type.name}`
    default:
      return 'name' in type ? `${type.kind} ${type.name}` : type.kind
  }
}
