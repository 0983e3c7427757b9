import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeBundle, sha256 } from '../../../test/kit/bundle-specimen.ts'
import { composeDocument, readNote } from '../../app/advisory/mod.ts'
import { type Advisory, formatAdvisory, writeBundle } from '../../core/bundle/mod.ts'
import { makeAdvisoryPorts } from './advisory-ports.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(`${tmpdir()}/kmend-advisory-`)
  await writeFile(`${folder}/publisher.toml`, 'name = "Example"\nnamespace = "https://example.org"\n')
})
afterEach(() => rm(folder, { recursive: true }))

const CVE: Advisory['cves'][number] = {
  id: 'CVE-2026-1000',
  title: 'net: check the length',
  cvss: [{ vector: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H', score: 7.8, source: 'Linux' }],
  knownExploited: null,
  references: ['https://git.kernel.org/stable/c/abc'],
}

/** A bundle whose own advisory says this of the CVE that it fixes. */
async function writeAdvised(cve: unknown): Promise<string> {
  const { manifest, files } = makeBundle({ cves: ['CVE-2026-1000'] })
  const advisory = { schema: 'kmend/advisory/1', title: 'a fix', text: 'It replaces one function.', cves: [cve] } as Advisory
  const advised = files.map((file) => (file.role === 'advisory' ? { ...file, bytes: Buffer.from(formatAdvisory(advisory)) } : file))
  await writeFile(`${folder}/fix.kmend`, writeBundle({ kind: 'security', title: 'a fix', manifest, files: advised }, sha256))
  return `${folder}/fix.kmend`
}

function documentOf(note: Awaited<ReturnType<typeof readNote>>) {
  const edition = { publishedMs: 0, tooling: { name: 'kmend', version: '0.1.0' } }
  return composeDocument(note, { format: 'csaf', publisher: `${folder}/publisher.toml`, edition }, makeAdvisoryPorts())
}

describe('an advisory', () => {
  test('says what the bundle says of its CVEs, and is a valid document', async () => {
    const note = await readNote({ patch: await writeAdvised(CVE), vulnerabilities: undefined }, makeAdvisoryPorts())
    expect(note.text).toBe('It replaces one function.')
    const references = ['https://www.cve.org/CVERecord?id=CVE-2026-1000', 'https://git.kernel.org/stable/c/abc']
    expect(note.issues).toEqual([{ ...CVE, references }])
    expect(await documentOf(note)).toMatchObject({ vulnerabilities: [{ scores: [{ cvss_v3: { baseScore: 7.8 } }] }] })
  })

  test('is not written when what the bundle says makes no valid document', async () => {
    const patch = await writeAdvised({ ...CVE, cvss: [{ vector: 'CVSS:3.1/AV:everywhere', score: 7.8, source: 'Linux' }] })
    const note = await readNote({ patch, vulnerabilities: undefined }, makeAdvisoryPorts())
    await expect(documentOf(note)).rejects.toMatchObject({ code: 'data/advisory', message: expect.stringMatching(/scores/) as string })
  })

  test.each([
    ['no title', { ...CVE, title: 7 }],
    ['a score that is no number', { ...CVE, cvss: [{ ...CVE.cvss[0], score: '7.8' }] }],
    ['references that are no list', { ...CVE, references: 'https://example.org' }],
  ])('is not read from a bundle that has %s', async (_, cve) => {
    const patch = await writeAdvised(cve)
    await expect(readNote({ patch, vulnerabilities: undefined }, makeAdvisoryPorts())).rejects.toMatchObject({ code: 'bundle/damaged' })
  })
})
