import { Fault } from '../../core/base/mod.ts'
import {
  type KernelOffer,
  type KernelPaths,
  type KernelRelease,
  type KernelTarget,
  type PackageRole,
  findOffer,
  isBuildable,
  kernelPaths,
  parseTarget,
} from '../../core/kernel/mod.ts'
import type { KernelJob } from './job.ts'
import { prepareCommands } from './prepare-commands.ts'
import { prepareImage } from './prepare-image.ts'
import { prepareTree } from './prepare-tree.ts'
import type { KernelPorts } from './ports.ts'
import { makeStages } from './stages.ts'

/**
 * Puts a kernel of the archive into the cache, ready to build for. Safe to repeat: finished stages are not done again, and a kernel that is
 * there is returned at once. Faults: kernel/not-offered, kernel/incomplete, kernel/mismatch, archive/*, cache/locked, io/no-space.
 */
export async function addKernel(release: KernelRelease, ports: KernelPorts): Promise<KernelTarget> {
  const paths = kernelPaths(ports.home, release.release)
  return (await readTarget(paths, ports)) ?? ports.withLock(paths.lock, () => addLocked(release, paths, ports))
}

async function addLocked(release: KernelRelease, paths: KernelPaths, ports: KernelPorts): Promise<KernelTarget> {
  const present = await readTarget(paths, ports)
  if (present !== undefined) return present
  const offer = findOffer(await ports.archive.list(), release)
  if (!isBuildable(offer)) throw incomplete(offer)
  const stage = makeStages(paths, offer.version, ports)

  const debs = await ports.archive.fetch(offer.packages.map((entry) => entry.package))
  const deb = (role: PackageRole) => debs.get(offer.packages.find((entry) => entry.role === role)?.package.name ?? '') ?? ''
  const unpacked = `${paths.folder}/unpacked`
  const job = { release, offer, paths, unpacked }

  await stage('1-unpack', 'unpacking the packages', async () => {
    await ports.files.remove(paths.folder)
    for (const role of ['image', 'headers', 'common', 'kbuild'] as const) await ports.unpack.deb(deb(role), unpacked)
  })
  await stage('2-image', 'unpacking the kernel image', () => prepareImage(job, ports))
  await stage('3-source', 'unpacking the kernel source', async () => {
    await ports.files.remove(paths.tree)
    await ports.unpack.source(deb('source'), paths.tree)
  })
  await stage('4-tree', 'preparing the tree', () => prepareTree(job, ports))
  await stage('5-commands', 'making the tools that generate sources', () => prepareCommands(job, ports))

  // From here on nothing looks at the unpacked packages: the target holds all it needs.
  const target = await describe(job, ports)
  await ports.files.write(paths.target, `${JSON.stringify(target, null, 2)}\n`)
  await ports.files.remove(unpacked)
  return target
}

/** What the stages left for target.json. */
async function describe(job: KernelJob, ports: KernelPorts): Promise<KernelTarget> {
  const { image, commands } = await readNotes(job.paths, ports)
  return {
    format: 'kmend-kernel-1',
    release: job.release.release,
    packageVersion: job.offer.version,
    flavour: job.release.flavour,
    arch: job.release.arch,
    buildId: image.buildId,
    packages: job.offer.packages.map(({ role, package: { name, version, sha256 } }) => ({ role, name, version, sha256 })),
    kernelCompiler: image.kernelCompiler,
    ...commands,
  }
}

type ImageNotes = Pick<KernelTarget, 'buildId' | 'kernelCompiler'>
type CommandNotes = Pick<KernelTarget, 'compiler' | 'unitCount' | 'moduleCount' | 'notGenerated'>

async function readNotes(paths: KernelPaths, ports: KernelPorts): Promise<{ image: ImageNotes; commands: CommandNotes }> {
  const read = async (name: string): Promise<unknown> => JSON.parse(await ports.files.readText(`${paths.folder}/${name}`))
  return { image: (await read('image.json')) as ImageNotes, commands: (await read('units.json')) as CommandNotes }
}

async function readTarget(paths: KernelPaths, ports: KernelPorts): Promise<KernelTarget | undefined> {
  return (await ports.files.exists(paths.target)) ? parseTarget(await ports.files.readText(paths.target), paths.target) : undefined
}

function incomplete(offer: KernelOffer): Fault {
  return new Fault('kernel/incomplete', `Cannot build for ${offer.release.release}: the archive lacks ${offer.missing.join(', ')}`, {
    try: 'kmend kernel list shows which kernels have image, headers and source of the same version',
  })
}
