import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { Fault } from '../core/base/mod.ts'
import { type Package, parsePackageIndex } from '../core/kernel/mod.ts'
import { exec, execOk } from './exec.ts'
import { hasDigest } from './digest.ts'

/** Asks this machine's apt, with its sources, keys and proxy, and leaves its state alone: what we refresh and fetch lies in our own folder. */

const LISTS_MAX_AGE_MS = 24 * 3600 * 1000
const SYSTEM_LISTS = '/var/lib/apt/lists'
const HELPER = '/usr/lib/apt/apt-helper'

export interface AptOptions {
  /** $KMEND_HOME. */
  readonly home: string
  readonly nowMs: number
  readonly progress?: (text: string) => void
}

/** Every kernel package that the archive offers now: images, headers, kbuild tools and sources. Faults: archive/unreachable, tool/missing. */
export async function listKernelPackages(options: AptOptions): Promise<Package[]> {
  const settings = await settingsWithLists(options)
  const names = (await execOk('apt-cache', [...settings, 'pkgnames', 'linux-'])).split('\n').filter((name) => WANTED.test(name))
  if (names.length === 0) {
    throw new Fault('archive/unreachable', 'Cannot find any kernel package: apt knows none', {
      in: '/etc/apt/sources.list',
      try: 'enable the sources "bookworm main" and "bookworm-security main" of Debian, then run this again',
    })
  }
  return parsePackageIndex(await execOk('apt-cache', [...settings, 'show', ...names]))
}

const WANTED = /^linux-(?:image|headers)-\d.*-(?:amd64|common|common-rt)$|^linux-(?:kbuild|source)-\d/

/** Fetches packages into `<home>/debs` unless they are there; each is checked against the digest of the archive's index. Resumable. Returns their paths. */
export async function fetchPackages(packages: readonly Package[], options: AptOptions): Promise<Map<string, string>> {
  const folder = `${options.home}/debs`
  await mkdir(`${folder}/partial`, { recursive: true })
  const paths = new Map(packages.map((entry) => [entry.name, `${folder}/${entry.name}_${entry.version}_${entry.sha256.slice(0, 12)}.deb`]))
  for (const entry of packages) {
    const path = paths.get(entry.name) ?? ''
    if (await hasDigest(path, entry.sha256)) continue
    options.progress?.(`fetching ${entry.name} ${entry.version} (${Math.ceil(entry.sizeBytes / 1e6)} MB)`)
    await fetchOne(entry, path, options)
  }
  return paths
}

async function fetchOne(entry: Package, path: string, options: AptOptions): Promise<void> {
  const settings = await settingsWithLists(options)
  const printed = await execOk('apt-get', [...settings, 'download', '--print-uris', `${entry.name}=${entry.version}`])
  const uri = /^'([^']+)'/m.exec(printed)?.[1]
  if (uri === undefined) {
    throw new Fault('archive/unreachable', `Cannot learn where ${entry.name} ${entry.version} lies: apt prints no address for it`)
  }
  const part = `${path.replace(/\/([^/]+)$/, '/partial/$1')}.part`
  const result = await exec(HELPER, [...settings, 'download-file', uri, part, `SHA256:${entry.sha256}`], { package: 'apt' })
  if (result.code !== 0) throw fetchFault(entry, result.stderr || result.stdout)
  if (!(await hasDigest(part, entry.sha256))) {
    await rm(part, { force: true })
    throw new Fault('archive/digest', `Cannot trust ${entry.name} ${entry.version}: its content is not what the archive's index says`, {
      in: uri,
      try: 'run the same command again; if it stays, a proxy on the way alters files',
    })
  }
  await rename(part, path)
}

function fetchFault(entry: Package, said: string): Fault {
  const last =
    said
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('E:') && line !== 'E: Download Failed')
      .at(-1) ??
    said.trim().split('\n').at(-1) ??
    ''
  if (/Hash Sum mismatch/i.test(said)) {
    return new Fault('archive/digest', `Cannot trust ${entry.name} ${entry.version}: ${last}`, { try: 'run the same command again' })
  }
  if (/No space left|ENOSPC/i.test(said)) {
    return new Fault('io/no-space', `Cannot fetch ${entry.name}: the disk is full`, {
      try: 'free some space, then run the same command again: it resumes',
    })
  }
  return new Fault('archive/unreachable', `Cannot fetch ${entry.name} ${entry.version}: ${last}`, {
    try: /404/.test(said)
      ? 'the package lists are out of date: apt-get update, then run the same command again'
      : 'check the network, then run the same command again: it resumes',
  })
}

/** apt's settings for a query: the machine's own lists while they are fresh, else lists of our own, refreshed when they are stale too. */
export async function settingsWithLists(options: AptOptions): Promise<string[]> {
  if (await areListsFresh(SYSTEM_LISTS, options.nowMs)) return ['-o', 'APT::Sandbox::User=root']
  const state = `${options.home}/apt/state`
  const settings = ownSettings(options.home)
  if (await areListsFresh(`${state}/lists`, options.nowMs)) return settings
  options.progress?.('refreshing the package lists')
  await mkdir(`${state}/lists/partial`, { recursive: true })
  await mkdir(`${options.home}/apt/cache/archives/partial`, { recursive: true })
  const result = await exec('apt-get', [...settings, 'update', '-q'], { package: 'apt' })
  if (result.code !== 0 && !(await areListsFresh(`${state}/lists`, options.nowMs))) {
    throw new Fault('archive/unreachable', `Cannot refresh the package lists: ${result.stderr.trim().split('\n').at(-1) ?? ''}`, {
      try: 'check the network and /etc/apt/sources.list',
    })
  }
  return settings
}

function ownSettings(home: string): string[] {
  const set = (name: string, value: string) => ['-o', `${name}=${value}`]
  return [
    ...set('Dir::State', `${home}/apt/state`),
    ...set('Dir::State::lists', `${home}/apt/state/lists`),
    ...set('Dir::State::status', '/var/lib/dpkg/status'),
    ...set('Dir::Cache', `${home}/apt/cache`),
    ...set('APT::Sandbox::User', 'root'),
  ]
}

/** A list that another apt is just replacing does not make the others old. */
export async function areListsFresh(folder: string, nowMs: number): Promise<boolean> {
  try {
    const lists = (await readdir(folder)).filter((name) => name.includes('_Packages'))
    const times = await Promise.allSettled(lists.map(async (name) => (await stat(`${folder}/${name}`)).ctimeMs))
    return times.some((time) => time.status === 'fulfilled' && nowMs - time.value < LISTS_MAX_AGE_MS)
  } catch {
    return false
  }
}
