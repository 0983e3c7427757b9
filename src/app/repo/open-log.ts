import { hexFromBytes, utf8FromBytes } from '../../core/base/mod.ts'
import { type Checkpoint, openCheckpoint, parseVerifierKey } from '../../core/log/mod.ts'
import { LOG_CHECKPOINT } from '../../core/trust/mod.ts'
import type { LogPorts } from '../log/mod.ts'
import type { Readable, RepoPorts } from './ports.ts'

type Means = Pick<RepoPorts, 'sha256' | 'keys'>

/** What a reader of the log needs, from a repository that is read. */
export function logPorts(source: Readable, means: Means): LogPorts {
  return { fetch: (path) => source.read(path), ...logMeans(means) }
}

/** The checkpoint of a log. Faults: trust/log. */
export function openLog(
  bytes: Uint8Array,
  { origin, verifier }: { readonly origin: string; readonly verifier: string },
  means: Means,
): Checkpoint {
  const { sha256, verify } = logMeans(means)
  return openCheckpoint(bytes, { key: parseVerifierKey(verifier, sha256), origin, path: LOG_CHECKPOINT, verify }).checkpoint
}

function logMeans({ sha256, keys }: Means): Pick<LogPorts, 'sha256' | 'verify'> {
  return {
    sha256: (content) => Uint8Array.fromHex(sha256(content)),
    verify: (message, signature, raw) =>
      keys.verify(utf8FromBytes(message) ?? '', {
        key: { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: hexFromBytes(raw) } },
        sig: hexFromBytes(signature),
      }),
  }
}
