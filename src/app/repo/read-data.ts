import { Fault } from '../../core/base/mod.ts'
import { parseLifecycle } from '../../core/host/mod.ts'
import type { DataFile, DataWish } from '../../core/trust/mod.ts'
import { parseVulnerabilities } from '../../core/vulnerability/mod.ts'
import type { RepoPorts } from './ports.ts'

/** Data is read before it is signed: hosts would refuse what is of no known form. Faults: host/lifecycle, trust/metadata, repo/unknown. */
export async function readDataWish(
  {
    release,
    lifecycle,
    vulnerabilities,
  }: { readonly release: string; readonly lifecycle: string | undefined; readonly vulnerabilities: string | undefined },
  ports: RepoPorts,
): Promise<DataWish> {
  return {
    release,
    ...(lifecycle === undefined ? {} : { lifecycle: await readDates(release, lifecycle, ports) }),
    ...(vulnerabilities === undefined ? {} : { vulnerabilities: await readVulnerabilities(release, vulnerabilities, ports) }),
  }
}

async function readDates(release: string, path: string, ports: RepoPorts): Promise<NonNullable<DataWish['lifecycle']>> {
  const entries = parseLifecycle(await ports.files.readText(path), path).kernels.filter((entry) => entry.release === release)
  if (entries.length === 0) throw otherKernel(path, release)
  const from = entries.map((entry) => entry.from).toSorted()[0] ?? null
  const until =
    entries
      .map((entry) => entry.until)
      .toSorted()
      .at(-1) ?? null
  return { ...(await describeFile(path, ports)), from, until }
}

async function readVulnerabilities(release: string, path: string, ports: RepoPorts): Promise<DataFile> {
  if (parseVulnerabilities(await ports.files.readText(path), path).release !== release) throw otherKernel(path, release)
  return describeFile(path, ports)
}

async function describeFile(path: string, { files, sha256 }: RepoPorts): Promise<DataFile> {
  const bytes = await files.readBytes(path)
  return { path, sha256: sha256(bytes), sizeBytes: bytes.length }
}

function otherKernel(path: string, release: string): Fault {
  return new Fault('repo/unknown', `Cannot publish this data for ${release}: it says nothing of that kernel`, { in: path })
}
