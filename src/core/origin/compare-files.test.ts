import { describe, expect, test } from 'vitest'
import { makeBundle, sha256 } from '../../../test/kit/bundle-specimen.ts'
import type { BundleFile } from '../bundle/mod.ts'
import { compareFiles } from './compare-files.ts'

const { files } = makeBundle()

function change(role: BundleFile['role'], edit: (bytes: Uint8Array) => Uint8Array): BundleFile[] {
  return files.map((file) => (file.role === role ? { ...file, bytes: edit(Uint8Array.from(file.bytes)) } : file))
}

function replaceText(from: string, to: string) {
  return (bytes: Uint8Array) => Buffer.from(Buffer.from(bytes).toString('latin1').replace(from, to), 'latin1')
}

const differing = (rebuilt: readonly BundleFile[]) =>
  compareFiles(files, rebuilt, sha256).flatMap(({ name, isSame, differences }) => (isSame ? [] : [[name, ...differences]]))

describe('what is built again', () => {
  test('is the same but for the signature, the proof and the advisory', () => {
    const signed = makeBundle({ isSigned: true }).files.filter(({ role }) => role !== 'advisory')
    expect(compareFiles(signed, files, sha256).every(({ isSame }) => isSame)).toBe(true)
    expect(compareFiles(signed, files, sha256).map(({ name }) => name)).not.toContain('advisory.json')
  })

  test('differs in a byte of a section, which is named with the place', () => {
    expect(differing(change('module', replaceText('livepatch=Y', 'livepatch=y')))).toEqual([
      ['kmend_fix.ko', '.modinfo: 1 of 92 bytes differ, from offset 0xa on'],
    ])
  })

  test('differs in a field of the manifest, which is named with both values', () => {
    expect(differing(change('manifest', replaceText('"version": 1', '"version": 2')))).toEqual([['manifest.json', 'version: 1 became 2']])
  })

  test('lacks a file, or has one more', () => {
    const without = files.filter(({ role }) => role !== 'source')
    expect(differing(without)).toEqual([['sources/fix.patch', 'only the bundle has it']])
    expect(compareFiles(without, files, sha256).find(({ isSame }) => !isSame)).toMatchObject({
      bundled: null,
      differences: ['only what was built again has it'],
    })
  })
})
