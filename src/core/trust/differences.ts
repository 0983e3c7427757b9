import { printable } from '../base/mod.ts'
import type { DelegatedRole, Key, Metadata, RoleKeys } from './metadata.ts'

/**
 * What the signed part of metadata says otherwise than the one before it, a line for each field, for who is about to sign: nothing that differs is left out but
 * order, which means nothing: the paths of roles do not meet.
 * `targets.stable/fix.kmend.custom.kmend.version: 2`, `roles.root: 1 of 13be… → 2 of 13be…, 77c0…`.
 */
export function describeDifferences(before: Metadata | null, after: Metadata): string[] {
  return differ(readable(before?.signed ?? {}), readable(after.signed), []).map(oneLine)
}

/** Names of fields are anybody's: none may hide the lines around it. */
function oneLine(text: string): string {
  return printable(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t')
}

function differ(before: unknown, after: unknown, path: readonly string[]): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return []
  // What is new is told field by field, what is gone in a word.
  if (isRecord(after) && (before === undefined || isRecord(before)) && (before !== undefined || Object.keys(after).length > 0)) {
    const was = before ?? {}
    return [...new Set([...Object.keys(was), ...Object.keys(after)])].flatMap((key) => differ(was[key], after[key], [...path, key]))
  }
  const name = path.join('.')
  if (before === undefined) return [`${name}: ${show(after, path)}`]
  return [after === undefined ? `${name}: gone` : `${name}: ${show(before, path)} → ${show(after, path)}`]
}

/** Texts keep their quotes, and so their control characters escaped. */
function show(value: unknown, path: readonly string[]): string {
  if (typeof value === 'number' && path.at(-1)?.endsWith('Ms') === true && value <= MAX_TIME_MS) return new Date(value).toISOString()
  return JSON.stringify(value)
}

/** The last that a Date can say (ECMA-262, 21.4.1.1). */
const MAX_TIME_MS = 8.64e15

/** Keys and roles as a person would write them down; all else as it is. */
function readable(value: unknown): unknown {
  if (isKey(value)) return `${value.keytype} ${value.keyval.public}`
  if (isRoleKeys(value)) return quorum(value)
  if (Array.isArray(value) && value.every(isDelegatedRole) && new Set(value.map(({ name }) => name)).size === value.length)
    return Object.fromEntries(value.map((role) => [role.name, `${quorum(role)}, for ${role.paths.join(' ')}`]))
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, readable(inner)])) : value
}

function quorum({ keyids, threshold }: RoleKeys): string {
  return `${threshold} of ${keyids.join(', ')}`
}

function isKey(value: unknown): value is Key {
  return has(value, ['keytype', 'keyval', 'scheme']) && value['scheme'] === value['keytype'] && has(value['keyval'], ['public'])
}

function isRoleKeys(value: unknown): value is RoleKeys {
  return has(value, ['keyids', 'threshold']) && Array.isArray(value['keyids'])
}

function isDelegatedRole(value: unknown): value is DelegatedRole {
  return (
    has(value, ['keyids', 'name', 'paths', 'terminating', 'threshold']) && value['terminating'] === true && Array.isArray(value['paths'])
  )
}

/** These fields and no others. */
function has(value: unknown, fields: readonly string[]): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && Object.keys(value).toSorted().join(' ') === fields.join(' ')
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
