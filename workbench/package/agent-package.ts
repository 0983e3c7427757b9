import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeHostProgram } from '../../src/bin/host-program.ts'
import { VERSION } from '../../src/bin/version.ts'
import type { PackageFormat } from '../../src/core/bundle/mod.ts'
import { AGENT, formatChangelog, type Package, type PackageFile } from '../../src/core/package/mod.ts'
import { compressed } from '../../src/bin/ports/package-ports.ts'
import { ROOT } from '../run.ts'
import { readCommands } from './command-tree.ts'
import { formatBashCompletion, formatZshCompletion } from './completion.ts'
import type { Executable } from './executable.ts'
import { formatCopyright } from './licences.ts'
import { formatManPages } from './man-page.ts'

const PACKAGING = join(ROOT, 'packaging')

/** EXIT of core/base, in an administrator's words. */
const EXITS = [
  [0, 'done'],
  [1, 'a bug of kmend'],
  [2, 'a wrong command line'],
  [3, 'nothing to do, nothing changed'],
  [5, 'malformed input'],
  [6, 'the environment lacks something: a permission, a tool, an option of the kernel'],
  [7, 'not trusted: a signature'],
  [8, 'refused by this host or its kernel'],
  [9, 'stalled: the tasks that it waits for are listed'],
  [10, 'busy or out of reach: try again later'],
] as const

const FILES = [
  ['/etc/kmend/kmend.toml', 'what the administrator has decided'],
  ['/etc/kmend/repository.toml', 'the repository that this host follows'],
  ['/etc/kmend/health', 'programs that say whether the host is healthy'],
  ['/var/lib/kmend', 'the live patches of this host, what is known of them, and the history'],
  ['/usr/lib/kmend/patches', 'live patches that packages brought'],
] as const

export async function agentPackage(executable: Executable, epoch: number, format: PackageFormat = 'deb'): Promise<Package> {
  const doc = `/usr/share/doc/${AGENT}`
  const files: PackageFile[] = [
    { path: '/usr/bin/kmend', content: { from: executable.path }, mode: 0o755 },
    ...(await Promise.all(['kmend-boot.service', 'kmend-agent.service', 'kmend-agent.timer'].map(unitFile))),
    ...(format === 'deb'
      ? []
      : [{ path: '/usr/lib/systemd/system-preset/90-kmend.preset', content: await ours('systemd/90-kmend.preset') }]),
    ...(format === 'deb' ? await imageFiles() : []),
    ...(format === 'deb' ? [{ path: '/etc/apt/apt.conf.d/01kmend', content: await ours('agent/apt.conf'), isConfig: true as const }] : []),
    { path: '/etc/kmend/kmend.toml', content: await ours('kmend.toml'), isConfig: true },
    ...(await helpFiles(epoch)),
    { path: `/usr/share/lintian/overrides/${AGENT}`, content: await ours('agent/lintian-overrides') },
    { path: `${doc}/copyright`, content: await formatCopyright(executable.packages) },
    { path: `${doc}/changelog.gz`, content: compressed(formatChangelog(AGENT, VERSION, epoch)) },
    { path: `${doc}/CHANGELOG.md.gz`, content: compressed(await readFile(join(ROOT, 'CHANGELOG.md'), 'utf8')) },
  ]
  return {
    name: AGENT,
    version: VERSION,
    summary: 'apply and watch live patches of the running kernel',
    description: [
      "kmend applies live patches to the kernel that runs, watches their transition, explains what holds one up, and undoes them. It works with the kernel's own livepatch interface, so it shows patches of any vendor.",
      'A new live patch is on trial: only when the host has been healthy for a while does it come back at the next boot.',
    ],
    licence: 'Apache-2.0',
    // By the versions of symbols that the executable asks for; a test compares.
    depends: ['libc6 (>= 2.28)', 'libstdc++6 (>= 7)', 'libgcc-s1', 'libatomic1', 'init-system-helpers (>= 1.54~)', 'kmod'],
    tree: {
      files,
      folders: [
        { path: '/var/lib/kmend', mode: 0o700 },
        { path: '/etc/kmend', mode: 0o755 },
        { path: '/etc/kmend/health', mode: 0o755 },
        { path: '/etc/kmend/health/before', mode: 0o755 },
        { path: '/etc/kmend/health/after', mode: 0o755 },
        { path: '/usr/lib/kmend', mode: 0o755 },
        { path: '/usr/lib/kmend/patches', mode: 0o755 },
      ],
    },
    requires: ['kmod', 'util-linux'],
    scripts: await scriptsOf(format),
  }
}

async function scriptsOf(format: PackageFormat): Promise<Record<string, string>> {
  const [folder, names] = format === 'deb' ? ['agent', ['postinst', 'prerm', 'postrm']] : ['agent/rpm', ['post', 'preun', 'postun']]
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await ours(`${folder}/${name}`)] as const)))
}

async function unitFile(name: string): Promise<PackageFile> {
  return { path: `/usr/lib/systemd/system/${name}`, content: await ours(`systemd/${name}`) }
}

/** For initramfs-tools: what lays live patches into an initial RAM disk, and what loads them from there. */
async function imageFiles(): Promise<PackageFile[]> {
  const home = '/usr/share/initramfs-tools'
  return [
    { path: `${home}/hooks/kmend`, content: await ours('initramfs/hook'), mode: 0o755 },
    { path: `${home}/scripts/init-bottom/kmend`, content: await ours('initramfs/load'), mode: 0o755 },
  ]
}

/** Manual pages and completion, from the command line itself. */
async function helpFiles(epoch: number): Promise<PackageFile[]> {
  const program = readCommands(makeHostProgram())
  const pages = formatManPages(program, { version: VERSION, epoch, exits: EXITS, files: FILES, also: [['kmend.toml', '5']] })
  return [
    ...pages.map(({ file, text }) => ({ path: `/usr/share/man/man8/${file}.gz`, content: compressed(text) })),
    { path: '/usr/share/man/man5/kmend.toml.5.gz', content: compressed(await ours('man/kmend.toml.5')) },
    { path: '/usr/share/bash-completion/completions/kmend', content: formatBashCompletion(program) },
    { path: '/usr/share/zsh/vendor-completions/_kmend', content: formatZshCompletion(program) },
  ]
}

function ours(path: string): Promise<string> {
  return readFile(join(PACKAGING, path), 'utf8')
}
