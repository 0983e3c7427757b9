import type { DumpNode } from './tree-dump.ts'

/**
 * How a type comes from the struct in question: it itself, a pointer to it or to an array of it, an array of it, a function that takes or returns one of these, a
 * pointer to such a function; `other` is any further one, such as a pointer to a pointer.
 */
export type Kinship = 'object' | 'pointer' | 'array' | 'function' | 'callee' | 'other'

/** A function's nodes, each with what its type has to do with one struct. */
export class DumpReader {
  readonly nodes: ReadonlyMap<number, DumpNode>
  readonly #tag: string
  readonly #users = new Map<number, { readonly node: DumpNode; readonly key: string }[]>()
  readonly #kinships = new Map<number, Kinship | undefined>()

  constructor(nodes: ReadonlyMap<number, DumpNode>, tag: string) {
    this.nodes = nodes
    this.#tag = tag
    for (const node of nodes.values()) {
      for (const { key, to } of node.edges) {
        const users = this.#users.get(to)
        if (users === undefined) this.#users.set(to, [{ node, key }])
        else users.push({ node, key })
      }
    }
  }

  usersOf(node: DumpNode): readonly { readonly node: DumpNode; readonly key: string }[] {
    return this.#users.get(node.id) ?? []
  }

  isKin(node: DumpNode | undefined, kinships: readonly Kinship[]): boolean {
    const kinship = node === undefined ? undefined : this.kinshipOf(node)
    return kinship !== undefined && kinships.includes(kinship)
  }

  kinshipOf(node: DumpNode): Kinship | undefined {
    const type = this.follow(node, 'type')
    return type === undefined ? undefined : this.kinshipOfType(type)
  }

  kinshipOfType(type: DumpNode): Kinship | undefined {
    if (this.#kinships.has(type.id)) return this.#kinships.get(type.id)
    this.#kinships.set(type.id, undefined) // a type that comes back to itself does so by a member, and members do not count
    const kinship = this.#deriveKinship(type)
    this.#kinships.set(type.id, kinship)
    return kinship
  }

  #deriveKinship(type: DumpNode): Kinship | undefined {
    const of = (key: string) => {
      const target = this.follow(type, key)
      return target === undefined ? undefined : this.kinshipOfType(target)
    }
    switch (type.code) {
      case 'record_type':
      case 'union_type':
        return this.nameOf(type) === this.#tag || of('unql') !== undefined ? 'object' : undefined
      case 'pointer_type': {
        const target = of('ptd')
        if (target === undefined) return undefined
        return target === 'object' || target === 'array' ? 'pointer' : target === 'function' ? 'callee' : 'other'
      }
      case 'array_type': {
        const element = of('elts')
        if (element === undefined) return undefined
        return element === 'object' ? 'array' : 'other'
      }
      case 'function_type': {
        const kinships = [of('retn')]
        for (let at = this.follow(type, 'prms'); at !== undefined; at = this.follow(at, 'chan')) {
          const parameter = this.follow(at, 'valu')
          kinships.push(parameter === undefined ? undefined : this.kinshipOfType(parameter))
        }
        const kin = kinships.filter((kinship) => kinship !== undefined)
        if (kin.length === 0) return undefined
        return kin.every((kinship) => kinship === 'object' || kinship === 'pointer') ? 'function' : 'other'
      }
      default:
        return undefined
    }
  }

  ownerOf(field: DumpNode): string {
    const owner = this.follow(field, 'scpe')
    const name = owner === undefined ? '' : this.nameOf(owner)
    return name === '' ? 'something else' : name
  }

  nameOf(node: DumpNode): string {
    const name = this.follow(node, 'name')
    if (name === undefined) return ''
    return name.code === 'identifier_node' ? (name.words.get('strg') ?? '') : this.nameOf(name)
  }

  follow(node: DumpNode, key: string): DumpNode | undefined {
    const edge = node.edges.find((candidate) => candidate.key === key)
    return edge === undefined ? undefined : this.nodes.get(edge.to)
  }
}
