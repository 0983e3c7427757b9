import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { expect, test } from 'vitest'
import { makeBundle } from '../../test/kit/bundle-specimen.ts'
import { makeInventory } from '../core/origin/mod.ts'
import { formatSbom } from './sbom.ts'

/** The schemas of CycloneDX, as its own library brings them. */
const SCHEMAS = join(import.meta.dirname, '../../node_modules/@cyclonedx/cyclonedx-library/res/schema')
const readSchema = (name: string) => JSON.parse(readFileSync(join(SCHEMAS, `${name}.SNAPSHOT.schema.json`), 'utf8')) as object

const ajv = addFormats.default(new Ajv({ strict: false, formats: { 'iri-reference': true, 'idn-email': true } }))
// As the schema of a bill refers to them.
for (const name of ['spdx', 'jsf-0.82']) ajv.addSchema(readSchema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`)
const isValid = ajv.compile(readSchema('bom-1.6'))

const { manifest } = makeBundle({ version: 2 })
const WHOLE = {
  ...manifest,
  inputs: { ...manifest.inputs, packages: [{ name: 'linux-source-6.1', version: '6.1.190-1~deb12u1', sha256: 'ab'.repeat(32) }] },
  external: {
    name: 'greeter',
    file: 'external/greeter.ko',
    sha256: 'cd'.repeat(32),
    sizeBytes: 1,
    buildId: null,
    srcversion: null,
    sources: [{ file: 'greeter.c', sha256: 'ef'.repeat(32) }],
  },
}

test.each([
  ['of an initial live patch', makeBundle({ kind: 'initial' }).manifest],
  ['of packages, patches and a module from outside', WHOLE],
])('an SBOM %s is valid by the schema of CycloneDX', (_, one) => {
  expect([isValid(JSON.parse(formatSbom(makeInventory(one)))), isValid.errors]).toEqual([true, null])
})

test('one with a digest that is none, or of another form, would be found', () => {
  const bom = JSON.parse(formatSbom(makeInventory(WHOLE))) as object
  expect(isValid(JSON.parse(JSON.stringify(bom).replace('ab'.repeat(32), 'none')))).toBe(false)
  expect(isValid({ ...bom, bomFormat: 'other' })).toBe(false)
})
