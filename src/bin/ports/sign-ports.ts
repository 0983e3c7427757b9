import { createHash } from 'node:crypto'
import type { SignPorts } from '../../app/sign/mod.ts'
import { type CmsSigner, signDetached } from '../../io/cms.ts'
import { readBytes, readText, writeWhole } from '../../io/files.ts'

/** The ports of signing, on this machine. */
export function makeSignPorts(signer: CmsSigner): SignPorts {
  return {
    files: { readBytes, readText, write: writeWhole },
    digest: (content) => createHash('sha256').update(content).digest('hex'),
    sign: (content) => signDetached(content, signer),
  }
}
