import { copyFile, mkdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import type { CachedKernel } from '../../src/app/kernel/mod.ts'
import { invariant } from '../../src/core/base/mod.ts'
import { execOk } from '../../src/io/exec.ts'
import { exists, listNames, removeTree } from '../../src/io/folders.ts'
import { GUEST_SCRIPTS } from '../../src/io/guest-scripts.ts'
import { withLock } from '../../src/io/lock.ts'
import { inNamespace, makeRoot, planRoot, type RootPlan, shortDigest } from './debian-root.ts'
import { ROOT_LABEL, setUpDebian } from './debian-setup.ts'
import { patiently } from './patiently.ts'
import { realPorts } from './real-kernel.ts'

/** A disk image with a Debian and its kernels installed, made once for all tests. */

/** Room on the disk; it takes space only where it is written. */
const DISK_SIZE = '3G'
const UNUSED_MS = 7 * 24 * 3600 * 1000

/** The path of an ext4 image, which must not be written to. Faults: archive/unreachable, tool/missing, tool/failed (without root, say), io/no-space. */
export async function debianImage(kernels: readonly CachedKernel[], packages: readonly string[]): Promise<string> {
  const { home } = realPorts()
  const plan = await planRoot(packages, home)
  const how = await Promise.all(['debian-image.ts', 'debian-setup.ts'].map((name) => readFile(`${import.meta.dirname}/${name}`, 'utf8')))
  const installed = kernels.map(({ target }) => `${target.release} ${target.packageVersion}`)
  const image = `${plan.folder}/disk-${shortDigest([plan.key, ...how, ...GUEST_SCRIPTS.values(), ...installed])}.ext4`
  if (!(await exists(image))) await patiently(() => withLock(`${home}/locks/debian`, () => makeImage(image, kernels, plan)))
  await utimes(image, new Date(), new Date())
  return image
}

async function makeImage(image: string, kernels: readonly CachedKernel[], plan: RootPlan): Promise<void> {
  if (await exists(image)) return
  await removeUnused(plan.folder)
  await makeRoot(plan, realPorts().home)
  const work = `${plan.folder}/work`
  const root = `${work}/root`
  await removeTree(work)
  await mkdir(root, { recursive: true })
  await execOk('tar', ['--xattrs', '--xattrs-include=*', '--numeric-owner', '-C', root, '-xf', plan.tar])
  await setUpDebian(root)
  for (const kernel of kernels) await installKernel(kernel, root)
  await execOk('truncate', ['-s', DISK_SIZE, `${work}/disk`])
  await execOk('mkfs.ext4', ['-q', '-F', '-L', ROOT_LABEL, '-d', root, `${work}/disk`], { ...SBIN, package: 'e2fsprogs' })
  await rename(`${work}/disk`, image)
  await removeTree(work)
}

/** Debian's own package, with all that its scripts do: a real initial ram disk is among it. */
async function installKernel({ target }: CachedKernel, root: string): Promise<void> {
  const found = target.packages.find(({ role }) => role === 'image')
  invariant(found !== undefined, 'a kernel of the cache has an image')
  const debs = await realPorts().archive.fetch([{ ...found, depends: [], sizeBytes: 0 }])
  await copyFile(debs.get(found.name) ?? '', `${root}/tmp/kernel.deb`)
  const script = 'mount -t proc proc "$1/proc" && chroot "$1" dpkg --force-unsafe-io --install /tmp/kernel.deb'
  await inNamespace('sh', ['-c', script, 'sh', root])
  await rm(`${root}/tmp/kernel.deb`)
}

/** What the archive offers changes, and each time leaves an image behind. */
async function removeUnused(folder: string): Promise<void> {
  for (const name of await listNames(folder)) {
    const path = `${folder}/${name}`
    if (/^(disk|root)-/.test(name) && Date.now() - (await stat(path)).mtimeMs > UNUSED_MS) await removeTree(path)
  }
}

export const SBIN = { env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` } }
