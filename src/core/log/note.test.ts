import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { sha256, verify } from '../../../test/kit/log-specimen.ts'
import {
  COSIGNATURE,
  cosignedMessage,
  ED25519,
  findCosigned,
  formatCheckpoint,
  formatNote,
  formatVerifierKey,
  makeCosignature,
  makeVerifierKey,
  openCheckpoint,
  parseNote,
  parseVerifierKey,
  parseWitnessKey,
} from './mod.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)

describe('a note', () => {
  /** The example in the documentation of golang.org/x/mod/sumdb/note. */
  const GO_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
  const GO_NOTE = `If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`

  test('that others signed is read, and holds', () => {
    const key = parseVerifierKey(GO_KEY, sha256)
    const note = parseNote(utf8(GO_NOTE), 'note')
    expect(note.signatures).toEqual([{ name: 'PeterNeumann', id: 'c74f20a3', bytes: expect.any(Uint8Array) }])
    expect(verify(utf8(note.text), note.signatures[0]?.bytes as Uint8Array, key.key)).toBe(true)
    expect(formatNote(note)).toBe(GO_NOTE)
    expect(formatVerifierKey(key)).toBe(GO_KEY)
  })

  test.each([
    ['nothing', ''],
    ['no signature', 'text\n\n'],
    ['no empty line', 'text\n— a AAAAAAA=\n'],
    ['no end of its last line', GO_NOTE.slice(0, -1)],
    ['a control character', GO_NOTE.replace('think', 'thi\u0007nk')],
    ['a carriage return', GO_NOTE.replaceAll('\n', '\r\n')],
    ['a line that is no signature', `${GO_NOTE}and more\n`],
    ['a name with a plus', GO_NOTE.replace('PeterNeumann', 'Peter+Neumann')],
    ['base64 with another end', GO_NOTE.replace('nAM=', 'nAN=')],
    ['a thousand signatures', `text\n\n${'— a AAAAAAA=\n'.repeat(1000)}`],
  ])('with %s is refused', (_what, text) => {
    expect(() => parseNote(utf8(text), 'log/checkpoint')).toThrow(expect.objectContaining({ code: 'trust/log', in: 'log/checkpoint' }))
  })

  test.each([
    ['another id', GO_KEY.replace('c74f20a3', 'c74f20a4')],
    ['another type', makeVerifier(0x02)],
    ['a byte too few', formatVerifierKey(makeVerifierKey({ name: 'a', type: ED25519, key: new Uint8Array(31) }, sha256))],
    ['no name', formatVerifierKey(makeVerifierKey({ name: '', type: ED25519, key: new Uint8Array(32) }, sha256))],
  ])('cannot be verified with a key that has %s', (_what, text) => {
    expect(() => parseVerifierKey(text, sha256)).toThrow(expect.objectContaining({ code: 'trust/metadata' }))
  })

  function makeVerifier(type: number): string {
    return formatVerifierKey(makeVerifierKey({ name: 'a', type, key: new Uint8Array(32) }, sha256))
  }
})

describe('a checkpoint', () => {
  const log = makeKey('example.org/log', ED25519, 1)
  const witness = makeKey('witness.example', COSIGNATURE, 2)
  const checkpoint = { origin: 'example.org/log', size: 5, root: sha256(utf8('root')) }
  const signed = (text: string, signer = log) =>
    utf8(formatNote({ text, signatures: [{ name: signer.key.name, id: signer.key.id, bytes: signer.sign(utf8(text)) }] }))
  const open = (bytes: Uint8Array, key = log.key) =>
    openCheckpoint(bytes, { key, origin: 'example.org/log', path: 'log/checkpoint', verify })

  test('is what the log signed', () => {
    expect(open(signed(formatCheckpoint(checkpoint))).checkpoint).toEqual(checkpoint)
  })

  /** Without its own words: sum.golang.org signed it under the origin "go.sum database tree"; it stands, renamed, in C2SP's specifications. */
  test('of a log that the world knows holds', () => {
    const key = parseVerifierKey('sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8', sha256)
    const text = 'go.sum database tree\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'
    const note = parseNote(
      utf8(`${text}\n— sum.golang.org Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n`),
      'note',
    )
    expect(note.signatures[0]?.id).toBe(key.id)
    expect(verify(utf8(note.text), note.signatures[0]?.bytes as Uint8Array, key.key)).toBe(true)
  })

  test.each([
    ['another size', formatCheckpoint(checkpoint).replace('\n5\n', '\n6\n')],
    ['another root', formatCheckpoint({ ...checkpoint, root: sha256(utf8('other')) })],
  ])('with %s than was signed is refused', (_what, text) => {
    const bytes = utf8(formatNote({ text, signatures: parseNote(signed(formatCheckpoint(checkpoint)), '').signatures }))
    expect(() => open(bytes)).toThrow("Cannot trust the log's checkpoint: the signature of example.org/log is not one of this text")
  })

  test('that only another key signed is refused, and so is that of another log', () => {
    expect(() => open(signed(formatCheckpoint(checkpoint), makeKey('example.org/log', ED25519, 3)))).toThrow(
      'example.org/log has not signed it',
    )
    expect(() => open(signed(formatCheckpoint({ ...checkpoint, origin: 'example.org/other' })))).toThrow('it is that of example.org/other')
  })

  test.each([
    ['a size with a zero before it', 'example.org/log\n05\nAAAA\n'],
    ['a root of another length', 'example.org/log\n5\nAAAA\n'],
    ['a size past what can be counted', `example.org/log\n${2 ** 60}\n${checkpoint.root.toBase64()}\n`],
    ['no root', 'example.org/log\n5\n'],
  ])('that has %s is refused though it is signed', (_what, text) => {
    expect(() => open(signed(text))).toThrow('it is not origin, size and root hash, a line each')
  })

  test('carries the word of a witness, for this text and log, by this key, and only where it is right', () => {
    const text = formatCheckpoint(checkpoint)
    const line = makeCosignature(witness.key, { timeS: 1_700_000_000, signature: witness.sign(cosignedMessage(text, 1_700_000_000)) })
    const ofLog = parseNote(signed(text), '').signatures
    const note = { text, signatures: [...ofLog, { ...line, name: 'another' }, line] }
    const find = (change: object, key = witness.key, origin = 'example.org/log') =>
      findCosigned({ ...note, ...change }, { witness: key, origin, verify })
    expect(find({})).toEqual({ checkpoint, timeS: 1_700_000_000, note: { text, signatures: [...ofLog, line] } })
    expect([
      find({}, makeKey('witness.example', COSIGNATURE, 4).key),
      find({}, witness.key, 'example.org/other'),
      find({ text: text.replace('\n5\n', '\n6\n') }),
      find({ text: 'no checkpoint\n' }),
      find({ signatures: ofLog }),
      find({ signatures: [{ ...line, bytes: line.bytes.with(7, 1) }] }),
      find({ signatures: [{ ...line, bytes: line.bytes.subarray(0, 8) }] }),
    ]).toEqual(Array.from({ length: 7 }))
  })

  test('is not witnessed by the key of a log', () => {
    expect(parseWitnessKey(formatVerifierKey(witness.key), sha256)).toEqual(witness.key)
    expect(() => parseWitnessKey(formatVerifierKey(log.key), sha256)).toThrow('Cannot use this key as that of a witness')
  })
})

function makeKey(name: string, type: number, seed: number) {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, seed)])
  const secret = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(secret).export({ format: 'der', type: 'spki' })
  const key = makeVerifierKey({ name, type, key: new Uint8Array(spki.subarray(-32)) }, sha256)
  return { key, sign: (message: Uint8Array) => new Uint8Array(sign(null, message, secret)) }
}
