import type { RootFacts, VerifiedFile } from '../../core/trust/mod.ts'
import { type LogPorts, checkLog } from '../log/mod.ts'
import type { HostPorts } from './ports.ts'

export interface LoggedIn {
  /** `kernels/<release>` or `catalogue`. */
  readonly repository: string
  readonly log: RootFacts['log']
  /** Where what was seen of the log is kept: its last checkpoint, and digests of metadata that it has. */
  readonly folder: string
  readonly fetch: LogPorts['fetch']
}

/** Later metadata takes the place of earlier. */
const REMEMBERED = 16

/** That everybody was shown what this host is about to go by. What was found in the log before is not asked for again. Faults: trust/log, trust/metadata, fetch/*. */
export async function takeLogged(
  files: readonly VerifiedFile[],
  { repository, log, folder, fetch }: LoggedIn,
  ports: HostPorts,
): Promise<void> {
  const { digest, verify } = ports
  const [checkpoint, logged] = [`${folder}/checkpoint`, `${folder}/logged`]
  const known = (await ports.files.exists(logged)) ? (await ports.files.readText(logged)).split('\n') : []
  const taken = files
    .filter(({ sha256 }) => !known.includes(sha256))
    .map(({ name, version, sha256 }) => ({ repository, role: name, version, sha256 }))
  if (taken.length === 0) return
  const kept = (await ports.files.exists(checkpoint)) ? await ports.files.readBytes(checkpoint) : undefined
  const sha256 = (content: Uint8Array) => Uint8Array.fromHex(digest(content))
  await ports.files.write(checkpoint, await checkLog({ log, kept, taken }, { fetch, sha256, verify }))
  await ports.files.write(logged, [...taken.map(({ sha256: found }) => found), ...known].slice(0, REMEMBERED).join('\n'))
}
