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

/** Later metadata takes the place of earlier: there is room for a dozen roles of each of some kernels, and of the catalogue. */
const REMEMBERED = 128

/**
 * That everybody was shown what this host is about to go by. What was found in the log before is not asked for again. Returns how many of the log's first entries
 * have all of it. Faults: trust/log, trust/metadata, fetch/*, host/state.
 */
export async function takeLogged(
  files: readonly VerifiedFile[],
  { repository, log, folder, fetch }: LoggedIn,
  ports: HostPorts,
): Promise<number> {
  const { digest, verify } = ports
  const [checkpoint, logged] = [`${folder}/checkpoint`, `${folder}/logged`]
  const isFirst = !(await ports.files.exists(checkpoint))
  // What was found belongs to the log of that checkpoint, and goes where that is gone.
  if (isFirst) for (const path of [logged, witnessedPath(folder)]) await ports.files.remove(path)
  const known = parseLogged((await ports.files.exists(logged)) ? await ports.files.readText(logged) : '')
  const taken = files
    .filter(({ sha256 }) => !known.has(sha256))
    .map(({ name, version, sha256 }) => ({ repository, role: name, version, sha256 }))
  if (taken.length > 0) {
    const kept = await readKept(checkpoint, ports)
    const sha256 = (content: Uint8Array) => Uint8Array.fromHex(digest(content))
    const { bytes, indexes } = await checkLog({ log, kept, taken }, { fetch, sha256, verify })
    await ports.files.write(checkpoint, bytes)
    for (const [found, index] of indexes) known.set(found, index)
    await ports.files.write(logged, formatLogged(known))
  }
  return Math.max(0, ...files.map(({ sha256 }) => (known.get(sha256) ?? Infinity) + 1))
}

/** Where it is kept how far witnesses have seen that log. */
export function witnessedPath(folder: string): string {
  return `${folder}/witnessed.json`
}

/** Where the log has which metadata, by its digest, the earliest first. A line of another form is of no use. */
function parseLogged(text: string): Map<string, number> {
  return new Map(Array.from(text.matchAll(/^([\da-f]{64}) (\d{1,15})$/gm), ([, sha256 = '', index]) => [sha256, Number(index)]))
}

function formatLogged(known: ReadonlyMap<string, number>): string {
  return [...known]
    .slice(-REMEMBERED)
    .map(([sha256, index]) => `${sha256} ${index}\n`)
    .join('')
}

/** The checkpoint of the last visit; undefined on the first. */
export async function readKept(path: string, { files }: HostPorts): Promise<Uint8Array | undefined> {
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
