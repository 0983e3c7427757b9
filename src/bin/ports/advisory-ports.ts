import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { AdvisoryPorts } from '../../app/advisory/mod.ts'
import { readBytes, readText } from '../../io/files.ts'
import { readToml } from './data-ports.ts'

/** The ports of advisories, on this machine. */
export function makeAdvisoryPorts(): AdvisoryPorts {
  const isFile = (path: string) =>
    stat(path).then(
      (found) => found.isFile(),
      () => false,
    )
  return {
    files: { isFile, readBytes, readText },
    readToml,
    // Loading the validator takes longer than most commands run: it is loaded by who asks it.
    checkCsaf: async (document) => (await import('../../io/csaf-validator.ts')).checkCsaf(document),
    digest: (content) => createHash('sha256').update(content).digest('hex'),
  }
}
