import * as mandatory from '@secvisogram/csaf-validator-lib/mandatoryTests.js'
import * as schema from '@secvisogram/csaf-validator-lib/schemaTests.js'
import validate from '@secvisogram/csaf-validator-lib/validate.js'

/** What speaks against a document as CSAF 2.0, by its schema and all mandatory tests of the standard; nothing when it is valid. */
export async function checkCsaf(document: object): Promise<string[]> {
  const { tests } = await validate([schema.csaf_2_0_strict, ...Object.values(mandatory)], document)
  return tests.flatMap(({ errors }) => errors.map(({ instancePath, message }) => `${instancePath}: ${message ?? 'it is not valid'}`))
}
