import { type Delegations, type Key, type Metadata, type Root, type RoleKeys, type TopRole, canonicalText } from './metadata.ts'

/** Keys and how many of them must have signed. */
export interface Quorum {
  readonly keys: Readonly<Record<string, Key>>
  readonly threshold: number
}

/** What the world has to do for us: Ed25519 over UTF-8. */
export type Verify = (text: string, proof: { readonly key: Key; readonly sig: string }) => boolean

/** How many signatures are lacking, and whose could be added. */
export interface Lack {
  readonly count: number
  readonly keyIds: readonly string[]
}

export function quorumOf({ keyids, threshold }: RoleKeys, keys: Readonly<Record<string, Key>>): Quorum {
  return { keys: Object.fromEntries(keyids.flatMap((id) => (keys[id] === undefined ? [] : [[id, keys[id]]]))), threshold }
}

export function topQuorum(root: Root, role: TopRole): Quorum {
  return quorumOf(root.roles[role], root.keys)
}

/** Undefined when nobody was given the say over it. */
export function delegatedQuorum(delegations: Delegations | undefined, name: string): Quorum | undefined {
  const role = delegations?.roles.find((one) => one.name === name)
  return role === undefined || delegations === undefined ? undefined : quorumOf(role, delegations.keys)
}

/** What is lacking of a quorum; a key counts once, however often it signed. */
export function checkSignatures({ signed, signatures }: Metadata, { keys, threshold }: Quorum, verify: Verify): Lack {
  const text = canonicalText(signed)
  const good = new Set(
    signatures
      .filter(({ keyid, sig }) => {
        const key = Object.hasOwn(keys, keyid) ? keys[keyid] : undefined
        return key !== undefined && verify(text, { key, sig })
      })
      .map(({ keyid }) => keyid),
  )
  return { count: Math.max(0, threshold - good.size), keyIds: Object.keys(keys).filter((id) => !good.has(id)) }
}
