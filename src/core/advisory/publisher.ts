import { Fault } from '../base/mod.ts'
import type { Publisher } from './release-note.ts'

const KEYS = ['name', 'namespace', 'contact', 'advisories']

/** From the tables of the publisher's file. Says everything that is wrong at once. Faults: data/publisher. */
export function parsePublisher(tables: Readonly<Record<string, unknown>>, file: string): Publisher {
  const { name, namespace, contact, advisories } = tables
  const wrong = [
    ...Object.keys(tables).flatMap((key) => (KEYS.includes(key) ? [] : [`${key} is not known; there is ${KEYS.join(', ')}`])),
    ...(typeof name === 'string' && name !== '' ? [] : ['name is missing: who publishes']),
    ...(isAddress(namespace) ? [] : ['namespace is no address: one of https:// that is yours alone']),
    ...(contact === undefined || typeof contact === 'string' ? [] : ['contact is no text']),
    ...(advisories === undefined || (isAddress(advisories) && advisories.endsWith('/'))
      ? []
      : ['advisories is no address that ends with /: below which the documents are found']),
  ]
  if (wrong.length === 0) return { name, namespace, contact, advisories } as unknown as Publisher
  throw new Fault('data/publisher', `Cannot tell who publishes:\n  - ${wrong.join('\n  - ')}`, {
    in: file,
    try: 'docs/guide/advisories.md shows such a file',
  })
}

function isAddress(value: unknown): value is string {
  return typeof value === 'string' && /^https:\/\/[^\s/]+(?:\/\S*)?$/.test(value)
}
