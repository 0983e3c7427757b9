/** The newest checkpoints that witnesses have cosigned, in one file: docs/formats/log.md, clause 8. */
import { bytesFromUtf8, Fault, utf8FromBytes } from '../base/mod.ts'
import { formatNote, type Note, parseNote } from './note.ts'

const WITNESSED_SCHEMA = 'kmend/witnessed/1'

/** As many as lines may stand under a note. */
const MAX_NOTES = 64

export function formatWitnessed(notes: readonly Note[]): string {
  return `${JSON.stringify({ schema: WITNESSED_SCHEMA, notes: notes.map(formatNote) }, null, 1)}\n`
}

/** Nobody vouches for it: what is in a note holds by its signatures. Faults: trust/log. */
export function parseWitnessed(bytes: Uint8Array, path: string): readonly Note[] {
  const notes = tryParse(utf8FromBytes(bytes) ?? '')
  if (notes !== undefined) return notes.map((note) => parseNote(bytesFromUtf8(note), path))
  throw new Fault('trust/log', `Cannot read what witnesses have seen of the log: it is not of the form ${WITNESSED_SCHEMA}`, {
    in: path,
    try: 'try again later, and tell the publisher when it stays so',
  })
}

function tryParse(text: string): readonly string[] | undefined {
  try {
    const { schema, notes } = JSON.parse(text) as { readonly schema: unknown; readonly notes: unknown }
    const isWhole = schema === WITNESSED_SCHEMA && Array.isArray(notes) && notes.length <= MAX_NOTES
    return isWhole && notes.every((note) => typeof note === 'string') ? notes : undefined
  } catch {
    return undefined
  }
}
