import { printable } from '../base/mod.ts'
import type { Metadata } from './metadata.ts'

/** What the signed part of metadata says otherwise than the one before it, a line for each field: `targets.stable/fix.kmend: none → { … }`. */
export function describeDifferences(before: Metadata | null, after: Metadata): string[] {
  return differ(before?.signed, after.signed, '').map(oneLine)
}

function differ(before: unknown, after: unknown, path: string): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return []
  if (!isRecord(before ?? {}) || !isRecord(after ?? {}) || (before === undefined && path !== ''))
    return [`${path}: ${show(before)} → ${show(after)}`]
  const [was, is] = [asRecord(before), asRecord(after)]
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((key) =>
    differ(was[key], is[key], path === '' ? key : `${path}.${key}`),
  )
}

/** Names of fields are anybody's: none may hide the lines around it. */
function oneLine(text: string): string {
  return printable(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t')
}

function show(value: unknown): string {
  return value === undefined ? 'none' : JSON.stringify(value)
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? (value as Readonly<Record<string, unknown>>) : {}
}
