import { Fault } from '../../core/base/mod.ts'
import { type Package, compareDebianVersions, makefileVersion } from '../../core/kernel/mod.ts'
import type { SourcePorts } from './ports.ts'

/** Kernel source as it is before it is prepared to compile anything. It is only read. */
export interface SourceTree {
  /** Folder of the sources. */
  readonly path: string
  /** Version of the package that it is from; undefined for a folder of the user's. */
  readonly version: string | undefined
  /** The stable version that it is, as far as it says: `6.1.192`. */
  readonly stable: string | undefined
  /** For messages: `6.1.192-2`, or the folder. */
  readonly shown: string
  /** The package's own list of what changed, newest version first; undefined for a folder of the user's. */
  readonly changelog: string | undefined
}

/**
 * Source by what a person says: the version of a linux-source package of this line (`6.1`), or a folder, which has a slash in it. A version is
 * fetched and unpacked into the cache once. Faults: kernel/not-offered, io/missing, archive/*, cache/locked, io/no-space.
 */
export async function openSource(wanted: string, line: string, ports: SourcePorts): Promise<SourceTree> {
  return wanted.includes('/') ? openFolder(wanted, ports) : openVersion(wanted, line, ports)
}

/** Versions of a line's source that the archive offers now, oldest first. */
export async function sourceVersions(line: string, ports: SourcePorts): Promise<string[]> {
  return (await packagesOf(line, ports)).map(({ version }) => version).toSorted(compareDebianVersions)
}

async function openFolder(wanted: string, { files }: SourcePorts): Promise<SourceTree> {
  const path = wanted.replace(/\/+$/, '')
  const isKernel = (await files.exists(`${path}/Makefile`)) && (await files.exists(`${path}/Kbuild`))
  if (isKernel) {
    const stable = makefileVersion(await files.readText(`${path}/Makefile`))
    return { path, version: undefined, stable, shown: path, changelog: undefined }
  }
  throw new Fault('io/missing', `Cannot read ${path} as kernel source: it has no Makefile and Kbuild`, {
    in: path,
    try: "give the top folder of a kernel's source, or the version of a source package",
  })
}

/** `home/sources/linux-source-6.1_6.1.192-2/`: whole when its stamp is there, which is written last. */
async function openVersion(version: string, line: string, ports: SourcePorts): Promise<SourceTree> {
  const name = `linux-source-${line}_${version}`
  const folder = `${ports.home}/sources/${name}`
  const isWhole = () => ports.files.exists(`${folder}/stamp`)
  if (!(await isWhole())) {
    await ports.withLock(`${ports.home}/locks/${name}.lock`, async () => {
      if (!(await isWhole())) await unpack(folder, await findPackage(line, version, ports), ports)
    })
  }
  const stable = version.replace(/-[^-]*$/, '')
  return { path: `${folder}/tree`, version, stable, shown: version, changelog: await ports.files.readText(`${folder}/changelog`) }
}

async function unpack(folder: string, offered: Package, ports: SourcePorts): Promise<void> {
  const deb = (await ports.archive.fetch([offered])).get(offered.name) ?? ''
  ports.progress(`unpacking ${offered.name} ${offered.version}`)
  await ports.files.remove(folder)
  await ports.unpack.source(deb, `${folder}/tree`)
  await ports.files.write(`${folder}/changelog`, await ports.changelog(deb))
  await ports.files.write(`${folder}/stamp`, `${offered.sha256}\n`)
}

async function findPackage(line: string, version: string, ports: SourcePorts): Promise<Package> {
  const packages = await packagesOf(line, ports)
  const found = packages.find((candidate) => candidate.version === version)
  if (found !== undefined) return found
  const versions = packages.map((candidate) => candidate.version).toSorted(compareDebianVersions)
  throw new Fault('kernel/not-offered', `Cannot find linux-source-${line} ${version}: the package archive does not offer it`, {
    try:
      versions.length === 0 ? 'give a folder with the source instead' : `it offers ${versions.join(', ')}; a folder can be given instead`,
  })
}

async function packagesOf(line: string, ports: SourcePorts): Promise<Package[]> {
  return (await ports.archive.list()).filter(({ name }) => name === `linux-source-${line}`)
}
