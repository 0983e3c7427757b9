import { Fault } from '../base/mod.ts'
import type { CveRecord } from './record.ts'

/** Records as kmend keeps them: what it read of them, as JSON. Faults: bundle/damaged. */
export function parseKeptRecords(text: string, file: string): CveRecord[] {
  const value = parse(text)
  if (Array.isArray(value) && value.every(isRecord)) return value.map((record) => ({ ...record, knownExploited: record.knownExploited }))
  throw new Fault('bundle/damaged', 'Cannot read these CVE records: they are of no form that kmend keeps', { in: file })
}

function isRecord(value: unknown): value is CveRecord {
  if (typeof value !== 'object' || value === null) return false
  const { id, title, files, fixes, fixedIn, claims, cvss, references } = value as { readonly [key in keyof CveRecord]?: unknown }
  const areTexts = (list: unknown) => Array.isArray(list) && list.every((entry) => typeof entry === 'string')
  return (
    typeof id === 'string' &&
    typeof title === 'string' &&
    [files, fixes, fixedIn, references].every(areTexts) &&
    [claims, cvss].every((list) => Array.isArray(list) && list.every((entry) => typeof entry === 'object' && entry !== null))
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
