import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault } from '../../src/core/base/mod.ts'
import { settingsWithLists } from '../../src/io/apt.ts'
import { digestFile } from '../../src/io/digest.ts'
import { exec, execOk } from '../../src/io/exec.ts'
import { exists, removeTree } from '../../src/io/folders.ts'

/** The root file system of a Debian as the archive offers it today, without a kernel: made by debootstrap, once, and kept as a tar archive. */

/** Debian's minimal system, and as little as makes a host of it that systemd runs, that boots from a disk, and that runs a Node. */
const PACKAGES: readonly string[] = [
  ...['?essential', '?priority(required)', 'usr-is-merged', 'apt', 'ca-certificates'],
  ...['systemd', 'systemd-sysv', 'udev', 'dbus', 'procps', 'iproute2', 'kmod', 'linux-base', 'initramfs-tools', 'zstd'],
  ...['busybox-static', 'libatomic1', 'libstdc++6'],
]

/** What is to be in a root, told exactly: `key` is another one when the archive offers other versions, or this file is another. */
export interface RootPlan {
  readonly key: string
  readonly folder: string
  readonly tar: string
  readonly packages: readonly string[]
  /** Names of the packages' files: name, version, architecture. */
  readonly debs: readonly string[]
}

/** Asks the archive. Faults: archive/unreachable, tool/missing. */
export async function planRoot(more: readonly string[], home: string): Promise<RootPlan> {
  const packages = [...PACKAGES, ...more]
  const folder = `${home}/debian`
  // apt prints only what is not there yet.
  const uris = await apt(['--print-uris', ...packages], { home, archives: `${folder}/no-archives` })
  // 'address' file size digest; not every source has the digest.
  const debs = [...uris.matchAll(/^'.*' (\S+) \d+ /gm)].map(([, name = '']) => name).toSorted()
  const how = await readFile(import.meta.filename, 'utf8')
  const key = shortDigest([how, ...debs])
  return { key, folder, tar: `${folder}/root-${key}.tar`, packages, debs }
}

/** The root's archive, made if it is not there. The caller holds the lock. Faults: as `planRoot`, tool/failed, io/no-space. */
export async function makeRoot({ folder, tar, packages, debs }: RootPlan, home: string): Promise<void> {
  if (await exists(tar)) return
  const work = `${folder}/work`
  await removeTree(work)
  await apt(['--download-only', ...packages], { home, archives: `${folder}/archives` })
  const names = await layMirror(
    debs.map((name) => `${folder}/archives/${name}`),
    `${work}/mirror`,
  )
  await debootstrap(names, work)
  await execOk('tar', ['--xattrs', '--xattrs-include=*', '--numeric-owner', '-C', `${work}/root`, '-cf', `${work}/root.tar`, '.'])
  await rename(`${work}/root.tar`, tar)
  await removeTree(work)
}

/** apt-get install, as on a machine where nothing is installed yet. What it fetches it checks, and keeps in `archives`. */
async function apt(args: readonly string[], { home, archives }: { readonly home: string; readonly archives: string }): Promise<string> {
  const status = `${home}/debian/no-status`
  const settings = [
    ...(await settingsWithLists({ home, nowMs: Date.now() })),
    ...['-o', `Dir::State::status=${status}`, '-o', `Dir::Cache=${home}/apt/cache`, '-o', `Dir::Cache::archives=${archives}`],
  ]
  await mkdir(`${home}/apt/cache`, { recursive: true })
  await mkdir(`${archives}/partial`, { recursive: true })
  await writeFile(status, '')
  const result = await exec('apt-get', [...settings, 'install', '-qq', '-y', '--no-install-recommends', ...args], { package: 'apt' })
  if (result.code === 0) return result.stdout
  throw new Fault('archive/unreachable', `Cannot fetch the packages of a Debian: ${result.stderr.trim().split('\n').at(-1) ?? ''}`)
}

/** Lays packages out as an archive of their own, so that debootstrap takes the versions that apt chose, security updates included. Returns their names. */
async function layMirror(debs: readonly string[], mirror: string): Promise<string[]> {
  const dists = `${mirror}/dists/${SUITE}`
  const index = 'main/binary-amd64/Packages'
  await mkdir(dirname(`${dists}/${index}`), { recursive: true })
  const stanzas: string[] = []
  for (const [number, deb] of debs.entries()) {
    await link(deb, `${mirror}/${number}.deb`)
    const control = await execOk('dpkg-deb', ['-f', deb])
    stanzas.push(`${control}Filename: ${number}.deb\nSize: ${(await stat(deb)).size}\nSHA256: ${await digestFile(deb)}\n\n`)
  }
  const text = stanzas.join('')
  await writeFile(`${dists}/${index}`, text)
  const entry = `${await digestFile(`${dists}/${index}`)} ${Buffer.byteLength(text)} ${index}`
  await writeFile(`${dists}/Release`, `Suite: ${SUITE}\nCodename: ${SUITE}\nComponents: main\nArchitectures: amd64\nSHA256:\n ${entry}\n`)
  return [...text.matchAll(/^Package: (\S+)$/gm)].map(([, name = '']) => name)
}

/** Debian 12, whose kernels kmend builds for; also the name of debootstrap's script. */
const SUITE = 'bookworm'

async function debootstrap(names: readonly string[], work: string): Promise<void> {
  const args = ['--no-check-gpg', '--variant=minbase', `--include=${names.join(',')}`, SUITE, `${work}/root`, `file://${work}/mirror`]
  await inNamespace('debootstrap', args)
}

/**
 * Runs a program that mounts things and starts daemons in a world of its own, which ends with this process: nothing stays mounted.
 * Faults: tool/missing, tool/failed.
 */
export async function inNamespace(program: string, args: readonly string[]): Promise<void> {
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`
  if (!path.split(':').some((folder) => existsSync(`${folder}/${program}`))) {
    throw new Fault('tool/missing', `Cannot find the program ${program}`, { try: `apt-get install ${program}` })
  }
  const world = ['--pdeathsig', 'KILL', 'unshare', '--mount', '--propagation', 'unchanged', '--pid', '--fork', '--kill-child']
  await execOk('setpriv', [...world, 'sh', '-c', ALONE, 'sh', program, ...args], { env: { PATH: path, DEBIAN_FRONTEND: 'noninteractive' } })
}

/** Nothing mounted from here on is seen outside. In a chroot whose root is no mount point the marks can only be looked at. */
const ALONE = `mount --make-rprivate / 2>/dev/null || ! grep -q ' shared:' /proc/self/mountinfo || {
  echo 'the mounts of this chroot are shared with the machine: mount --make-rprivate / before it is entered' >&2
  exit 1
}
exec "$@"`

export function shortDigest(parts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${part.length} ${part}\n`)
  return hash.digest('hex').slice(0, 12)
}
