import { createHash } from 'node:crypto'
import type { AuditPorts } from '../../app/log/mod.ts'
import { fetchBytes } from '../../io/fetch.ts'
import { parseAddress } from '../../io/open-url.ts'
import { withTuf } from '../../io/tuf-client.ts'
import { verifyEd25519 } from '../../io/verify-ed25519.ts'

/** An auditor's reading of a repository: what it verifies is kept in a folder for this one visit. */
export function makeAuditPorts({
  url,
  fingerprint,
  folder,
}: {
  readonly url: string
  readonly fingerprint: string
  readonly folder: string
}): AuditPorts {
  return {
    withRepository: (repository, act) => withTuf({ url, fingerprint, repository, folder, isCarried: false, isOffline: false }, act),
    async fetch(path, maxBytes) {
      const answer = await fetchBytes(parseAddress(`${url.replace(/\/+$/, '')}/${path}`), { maxBytes })
      return answer.kind === 'body' ? answer.bytes : undefined
    },
    sha256: (content) => new Uint8Array(createHash('sha256').update(content).digest()),
    verify: verifyEd25519,
  }
}
