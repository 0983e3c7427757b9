import { createHash } from 'node:crypto'
import type { AuditPorts, WitnessPorts } from '../../app/log/mod.ts'
import { fetchBytes } from '../../io/fetch.ts'
import { readBytes, writeWhole } from '../../io/files.ts'
import { withFlock } from '../../io/flock.ts'
import { exists } from '../../io/folders.ts'
import { parseAddress } from '../../io/open-url.ts'
import { withTuf } from '../../io/tuf-client.ts'
import { verifyEd25519 } from '../../io/verify-ed25519.ts'

interface Visit {
  readonly url: string
  readonly fingerprint: string
  readonly folder: string
}

/** An auditor's reading of a repository: what it verifies is kept in a folder for this one visit. */
export function makeAuditPorts({ url, fingerprint, folder }: Visit): AuditPorts {
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

/** Runs that come together: the second one has nothing to do. */
const PATIENCE_MS = 1000

/** A witness reads as an auditor does, and keeps what it has cosigned in a file. */
export function makeWitnessPorts(visit: Visit, state: string): WitnessPorts {
  return {
    ...makeAuditPorts(visit),
    readState: async () => ((await exists(state)) ? readBytes(state) : undefined),
    writeState: (note) => writeWhole(state, note),
    withLock: (act) => withFlock(`${state}.lock`, PATIENCE_MS, act, 'witness'),
    nowMs: Date.now,
  }
}
