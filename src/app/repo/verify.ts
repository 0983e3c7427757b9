import { Fault } from '../../core/base/mod.ts'
import { type Expiring, areasOf, expiringBy } from '../../core/trust/mod.ts'
import { checkLog } from '../log/mod.ts'
import { type LoggedFile, type TargetBytes, contentsOf, readLog } from './contents.ts'
import { logPorts } from './open-log.ts'
import type { RepoPorts, Source } from './ports.ts'
import { mapLimited, readNeeded, readRepository, readRoots } from './read-repository.ts'

export interface VerifyRequest {
  /** `https://…`, `http://…` or `file://…`. */
  readonly address: string
  readonly fingerprint: string
}

export interface Verified {
  readonly kernels: readonly string[]
  readonly metadata: number
  readonly targets: number
  readonly logEntries: number
  /** What is wrong, one line each; empty when all is as it should be. */
  readonly findings: readonly string[]
  readonly expired: readonly Expiring[]
}

/** Reads all of a repository as its readers may, from the pinned fingerprint on: signatures, chain of roots, digests, log. Faults: trust/*, fetch/*, io/missing. */
export async function verifyRepository({ address, fingerprint }: VerifyRequest, ports: RepoPorts): Promise<Verified> {
  const source = ports.openSource(address)
  const repository = await readRepository({ fingerprint, wanted: 'all' }, { store: source, ...ports })
  for (const { path } of areasOf(repository)) await readRoots({ path, fingerprint }, { store: source, ...ports })
  const { targets, logged, snapshots } = contentsOf(repository)
  const log = await readLog(repository, source, ports)
  const logReader = logPorts({ place: source.place, read: once(source.read) }, ports)
  const findings = [
    ...(await mapLimited(targets, (target) => checkTarget(target, source, ports))),
    ...(await mapLimited(logged, (file) => told(() => checkLogged(file), file.path))),
  ].flat()
  return {
    kernels: repository.listed.map(({ release }) => release),
    metadata: logged.length + snapshots.length,
    targets: targets.length,
    logEntries: log.size,
    findings,
    expired: expiredBy(ports.nowMs()),
  }

  async function checkLogged({ path, ...metadata }: LoggedFile): Promise<void> {
    const sha256 = ports.sha256(await readNeeded(path, source))
    await checkLog({ log: repository.root.signed.kmend.log, kept: undefined, taken: [{ ...metadata, sha256 }] }, logReader)
  }

  function expiredBy(nowMs: number): Expiring[] {
    const timestamps = areasOf(repository).flatMap(({ path, timestamp }) =>
      timestamp === undefined || Date.parse(timestamp.signed.expires) > nowMs
        ? []
        : [{ repository: path, role: 'timestamp', expires: timestamp.signed.expires }],
    )
    return [...timestamps, ...expiringBy(repository, nowMs)]
  }
}

async function checkTarget({ path, sha256, sizeBytes, isRetracted }: TargetBytes, source: Source, ports: RepoPorts): Promise<string[]> {
  const bytes = await source.read(path)
  if (bytes === undefined) return isRetracted ? [] : [`${path} is not there`]
  if (bytes.length !== sizeBytes) return [`${path} has ${bytes.length} bytes, and its metadata says ${sizeBytes}`]
  return ports.sha256(bytes) === sha256 ? [] : [`${path} is not the file that its metadata names`]
}

/** What is wrong with one file is said with what is wrong with the others. */
async function told(check: () => Promise<void>, file: string): Promise<string[]> {
  try {
    await check()
    return []
  } catch (error) {
    if (error instanceof Fault) return [`${file}: ${error.message}`]
    throw error
  }
}

/** What is read again is what was read first. */
function once(read: Source['read']): Source['read'] {
  const known = new Map<string, ReturnType<Source['read']>>()
  return (path) => known.get(path) ?? keep(path)

  function keep(path: string) {
    const bytes = read(path)
    known.set(path, bytes)
    return bytes
  }
}
