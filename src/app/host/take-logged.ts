import type { RootFacts } from '../../core/trust/mod.ts'
import { type LogPorts, checkLog } from '../log/mod.ts'
import type { HostPorts, RepositoryRole } from './ports.ts'

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
export async function takeLogged(role: RepositoryRole, { repository, log, folder, fetch }: LoggedIn, ports: HostPorts): Promise<void> {
  const { files, digest, verify } = ports
  const [checkpoint, logged] = [`${folder}/checkpoint`, `${folder}/logged`]
  const known = (await files.exists(logged)) ? (await files.readText(logged)).split('\n') : []
  if (known.includes(role.sha256)) return
  const kept = (await files.exists(checkpoint)) ? await files.readBytes(checkpoint) : undefined
  const taken = [{ repository, role: role.name, version: role.version, sha256: role.sha256 }]
  const sha256 = (content: Uint8Array) => Uint8Array.fromHex(digest(content))
  await files.write(checkpoint, await checkLog({ log, kept, taken }, { fetch, sha256, verify }))
  await files.write(logged, [role.sha256, ...known].slice(0, REMEMBERED).join('\n'))
}
