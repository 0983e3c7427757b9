import { Fault } from '../../core/base/mod.ts'
import { parseCheckpoint } from '../../core/log/mod.ts'
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

/** That everybody was shown what this host is about to go by. What was found in the log before is not asked for again. Faults: trust/log, trust/metadata, fetch/*, host/state. */
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
  const kept = await readKept(checkpoint, ports)
  const sha256 = (content: Uint8Array) => Uint8Array.fromHex(digest(content))
  await ports.files.write(checkpoint, await checkLog({ log, kept, taken }, { fetch, sha256, verify }))
  await ports.files.write(logged, [...taken.map(({ sha256: found }) => found), ...known].slice(0, REMEMBERED).join('\n'))
}

/** The checkpoint of the last visit; undefined on the first. */
async function readKept(path: string, { files }: HostPorts): Promise<Uint8Array | undefined> {
  if (!(await files.exists(path))) return undefined
  const bytes = await files.readBytes(path)
  try {
    parseCheckpoint(bytes, path)
    return bytes
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    throw new Fault('host/state', 'Cannot read the checkpoint of the log that was seen here last: the file is damaged', {
      in: path,
      try: 'remove the file: then the log is believed as it is now, and whether it went back since is not noticed',
    })
  }
}
