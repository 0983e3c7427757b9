import {
  type CsafDocument,
  type Edition,
  type OsvRecord,
  type Publisher,
  type ReleaseNote,
  composeCsaf,
  composeOsv,
  parsePublisher,
} from '../../core/advisory/mod.ts'
import { Fault } from '../../core/base/mod.ts'
import type { AdvisoryPorts } from './ports.ts'

export interface DocumentWish {
  readonly format: 'csaf' | 'osv'
  /** File that says who publishes; CSAF asks for it. */
  readonly publisher: string | undefined
  readonly edition: Edition
}

/** A document for machines; undefined when the live patch fixes no CVE. Faults: data/publisher, data/advisory. */
export async function composeDocument(
  note: ReleaseNote,
  { format, publisher, edition }: DocumentWish,
  ports: AdvisoryPorts,
): Promise<CsafDocument | OsvRecord | undefined> {
  if (format === 'osv') return composeOsv(note, edition)
  const document = composeCsaf(note, await readPublisher(publisher, ports), edition)
  if (document === undefined) return undefined
  // Titles, vectors and addresses come from others' data: what is in them is judged before anybody reads it.
  const findings = await ports.checkCsaf(document)
  if (findings.length === 0) return document
  throw new Fault(
    'data/advisory',
    `Cannot write this advisory: it would be no valid CSAF document${findings.map((finding) => `\n  - ${finding}`).join('')}`,
    { try: 'mend what --publisher and --vulnerabilities give' },
  )
}

async function readPublisher(file: string | undefined, { readToml }: AdvisoryPorts): Promise<Publisher> {
  if (file !== undefined) return parsePublisher(await readToml(file), file)
  throw new Fault('data/publisher', 'Cannot write a CSAF document: it says who publishes it', {
    try: '--publisher FILE names the file that says so',
  })
}
