import { type Btf, type BtfId, type BtfStruct, resolveBtfType, sizeOfBtfType } from '../kernel/mod.ts'

/**
 * What memory of this type means to code, as text: two types of one shape can stand for each other. Integers count by size alone, names of
 * typedefs and qualifiers not at all; a tagged struct is its tag, since it is compared by itself; a pointer also is what it points to,
 * as the objects of the running kernel hold the old kind of pointer.
 */
export function shapeOf(btf: Btf, id: BtfId): string {
  return describe(btf, id, 0)
}

/**
 * The same with structs opened down to their scalars, so that `atomic_t` and `refcount_t` come out alike, and a single one as the scalar that it
 * is; of several, the names tell which is which.
 */
export function openShapeOf(btf: Btf, id: BtfId): string {
  const leaves = leavesOf(btf, id, { bitOffset: 0, depth: 0 })
  return leaves.length === 1 ? (leaves[0]?.shape ?? '') : leaves.map(({ name, shape }) => `${name} ${shape}`).join(' ')
}

const DEPTH_MAX = 24

function describe(btf: Btf, id: BtfId, depth: number): string {
  const type = resolveBtfType(btf, id)
  if (depth > DEPTH_MAX) return '…'
  switch (type.kind) {
    case 'void':
      return 'void'
    case 'int':
      return type.encoding === 'bool' ? 'bool' : `int${type.size}`
    case 'enum':
      return `int${type.size}`
    case 'float':
      return `float${type.size}`
    case 'pointer':
      return `*${pointee(btf, type.target, depth + 1)}`
    case 'array':
      return `${describe(btf, type.element, depth + 1)}[${type.count}]`
    case 'struct':
    case 'union':
      return type.name === '' ? bodyOf(btf, type, depth) : `${type.kind} ${type.name}`
    case 'forward':
      return `${type.isUnion ? 'union' : 'struct'} ${type.name}`
    case 'prototype':
      return `(${type.parameters.map((parameter) => describe(btf, parameter.type, depth + 1)).join(', ')})${describe(btf, type.result, depth + 1)}`
    default:
      return type.kind
  }
}

/** A character pointer and a byte pointer are the same thing; a tagless struct may point to itself. */
function pointee(btf: Btf, id: BtfId, depth: number): string {
  const type = resolveBtfType(btf, id)
  if ((type.kind === 'struct' || type.kind === 'union') && type.name === '') return depth > 3 ? '{}' : bodyOf(btf, type, depth)
  return describe(btf, id, depth)
}

function bodyOf(btf: Btf, type: BtfStruct, depth: number): string {
  const members = type.members.map(
    (member) => `${member.name}@${member.bitOffset}:${member.bitSize} ${describe(btf, member.type, depth + 1)}`,
  )
  return `${type.kind} {${members.join('; ')}}${type.size}`
}

interface Leaf {
  /** The way to it through members and elements. */
  readonly name: string
  readonly shape: string
}

/** Scalars with their offsets, through structs and short arrays. What is alone in a struct or an array goes by no name: a wrapper is what it wraps. */
function leavesOf(btf: Btf, id: BtfId, at: { readonly bitOffset: number; readonly depth: number }): Leaf[] {
  const type = resolveBtfType(btf, id)
  const depth = at.depth + 1
  if ((type.kind === 'struct' || type.kind === 'union') && depth < DEPTH_MAX) {
    return type.members.flatMap(({ name, type: inner, bitOffset, bitSize }) =>
      within(
        type.members.length === 1 ? '' : name,
        bitSize === 0
          ? leavesOf(btf, inner, { bitOffset: at.bitOffset + bitOffset, depth })
          : [{ name: '', shape: `${at.bitOffset + bitOffset}:${bitSize}` }],
      ),
    )
  }
  // One that has no length is as long as its object has room for: what counts is how far it is from one element to the next.
  if (type.kind === 'array' && type.count === 0 && depth < DEPTH_MAX) {
    return leavesOf(btf, type.element, { ...at, depth }).map(({ name, shape }) => ({
      name,
      shape: `${shape}[] ${sizeOfBtfType(btf, type.element) ?? 0}`,
    }))
  }
  if (type.kind === 'array' && type.count <= 64 && depth < DEPTH_MAX) {
    const stride = 8 * (sizeOfBtfType(btf, type.element) ?? 0)
    return Array.from({ length: type.count }, (_, i) =>
      within(type.count === 1 ? '' : `[${i}]`, leavesOf(btf, type.element, { bitOffset: at.bitOffset + i * stride, depth })),
    ).flat()
  }
  return [{ name: '', shape: `${at.bitOffset} ${describe(btf, id, depth)}` }]
}

function within(place: string, leaves: readonly Leaf[]): Leaf[] {
  return leaves.map(({ name, shape }) => ({ name: [place, name].filter((part) => part !== '').join('.'), shape }))
}
