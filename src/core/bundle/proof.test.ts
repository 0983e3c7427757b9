import { describe, expect, test } from 'vitest'
import { makeBundle } from '../../../test/kit/bundle-specimen.ts'
import { formatProof, makeProof, parseProof } from './mod.ts'

const SEEN = {
  configuration: [{ name: 'emulator', annotations: { version: 'QEMU 7.2' } }],
  failedTests: [],
  warnedTests: [],
  detail: { release: '6.1.0-1', buildId: 'ab', emulator: 'QEMU 7.2', bootMs: 9000, patches: [], probes: [] },
}

describe('a proof', () => {
  test('is of the module without its signature, and is the same after it is written and read', () => {
    const { manifest } = makeBundle({ isSigned: true })
    const proof = makeProof(manifest, SEEN)
    expect(proof.subject).toEqual([{ name: 'kmend_fix.ko', digest: { sha256: manifest.module.sha256 } }])
    expect(parseProof(formatProof(proof), 'proof.json')).toEqual(proof)
  })

  test.each([
    ['passed', SEEN, 'PASSED', 4],
    ['could not look at everything', { ...SEEN, warnedTests: ['nbd was not loaded'] }, 'WARNED', 4],
    ['failed', { ...SEEN, failedTests: ['a warning'], warnedTests: ['nbd was not loaded'] }, 'FAILED', 0],
  ])('says that it %s, and claims nothing that it did not see', (_, seen, result, passed) => {
    const { predicate } = makeProof(makeBundle().manifest, seen)
    expect([predicate.result, predicate.passedTests.length]).toEqual([result, passed])
  })

  test.each([
    ['is no JSON', '{'],
    ['is of another type', JSON.stringify({ ...makeProof(makeBundle().manifest, SEEN), predicateType: 'https://slsa.dev/provenance/v1' })],
    ['has no result', JSON.stringify({ ...makeProof(makeBundle().manifest, SEEN), predicate: {} })],
  ])('that %s is refused', (_, text) => {
    expect(() => parseProof(text, 'proof.json')).toThrow(expect.objectContaining({ code: 'bundle/damaged' }) as Error)
  })
})
