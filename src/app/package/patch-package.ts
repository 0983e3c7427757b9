import { Fault } from '../../core/base/mod.ts'
import { type Manifest, type PackageFormat, type PatchStage, formatPackageName, parseManifest } from '../../core/bundle/mod.ts'
import { AGENT, type Package, type PackageFile, formatChangelog } from '../../core/package/mod.ts'
import type { PatchContents } from './contents.ts'
import type { PackagePorts } from './ports.ts'

export interface PackageWish {
  /** Seconds since 1970. */
  readonly epoch: number
  readonly format: PackageFormat
  /** The lowest version of the host tool that it needs. */
  readonly agent: string
  /** Whether the kernel's initial live patch is a package that this one can ask for. */
  readonly hasInitial: boolean
}

/** The output folder of a build. Faults: io/missing, build/manifest, bundle/damaged. */
export async function readFolder(folder: string, { readText, readBytes }: PackagePorts): Promise<PatchContents> {
  const manifest = await readText(`${folder}/manifest.json`)
  const names = payload(parseManifest(manifest, `${folder}/manifest.json`))
  return { manifest, files: new Map(await Promise.all(names.map(async (name) => [name, await readBytes(`${folder}/${name}`)] as const))) }
}

/** A live patch as a package: its files, and scripts that hand it to kmend. Faults: build/manifest, bundle/damaged. */
export async function patchPackage(
  { manifest: text, files: contents }: PatchContents,
  wish: PackageWish,
  ports: PackagePorts,
): Promise<Package> {
  const { epoch, format, agent, hasInitial } = wish
  const manifest = parseManifest(text, 'manifest.json')
  const { release } = manifest.kernel
  // Both become paths and words of a script.
  for (const word of [release, manifest.name])
    if (!/^[A-Za-z0-9][A-Za-z0-9._+~-]*$/.test(word)) throw strange(`no kernel release or module is called ${JSON.stringify(word)}`)
  const stage = stageOf(manifest)
  const name = formatPackageName(release, format, stage)
  const before = stage === 'patch' && hasInitial ? [formatPackageName(release, format, 'initial')] : []
  const version = String(manifest.version ?? 1)
  const home = `/usr/lib/kmend/patches/${release}/${manifest.name}`
  const doc = `/usr/share/doc/${name}`
  const files: PackageFile[] = [
    { path: `${home}/manifest.json`, content: text },
    ...payload(manifest).map((file) => ({ path: `${home}/${file}`, content: contents.get(file) ?? new Uint8Array(0) })),
    { path: `${doc}/copyright`, content: COPYRIGHT },
    { path: `${doc}/changelog.gz`, content: ports.compress(formatChangelog(name, version, epoch)) },
  ]
  return {
    name,
    version,
    summary: `live patch for the kernel ${release}`,
    description: describe(manifest),
    licence: 'GPL-2.0-only',
    depends: [`${AGENT} (>= ${agent})`, ...before],
    requires: [`${AGENT} >= ${agent}`, ...before],
    tree: { files, folders: [] },
    scripts: await patchScripts(format, { package: name, release, name: manifest.name, folder: home }, ports),
  }
}

/** One that replaces nothing shows that a host can be live patched. */
export function stageOf({ objects }: Pick<Manifest, 'objects'>): PatchStage {
  return objects.length === 0 ? 'initial' : 'patch'
}

function strange(finding: string): Fault {
  return new Fault('bundle/damaged', `Cannot make a package of this live patch: ${finding}`, {
    in: 'manifest.json',
    try: 'build it again with kmend build',
  })
}

/** What kmend reads beside the manifest; each is below its folder. */
function payload({ module, external }: Manifest): string[] {
  const files = [module.file, ...(external === undefined ? [] : [external.file])]
  const odd = files.find((file) => !/^[A-Za-z0-9_][A-Za-z0-9._+-]*(?:\/[A-Za-z0-9_][A-Za-z0-9._+-]*)*$/.test(file))
  if (odd !== undefined) throw strange(`its manifest names ${JSON.stringify(odd)}, and may name only files below its folder`)
  return files
}

const COPYRIGHT = `Copyright: the authors of Linux, and those of the fix.

A live patch of the Linux kernel is a derived work of it: GPL-2.0 only; on Debian systems its text is in /usr/share/common-licenses/GPL-2.
The manifest names the sources that it was made from.
`

function describe({ name, kernel, objects, fixes }: Manifest): string[] {
  if (objects.length === 0)
    return [
      `The initial live patch ${name} for the kernel ${kernel.release} (${kernel.packageVersion}, build-id ${kernel.buildId}) replaces nothing: where it can be applied, those that follow it can.`,
    ]
  const functions = objects.reduce((sum, object) => sum + object.functions.length, 0)
  const fixed = [...fixes.cves, ...fixes.bugs]
  return [
    `The live patch ${name} for the kernel ${kernel.release} (${kernel.packageVersion}, build-id ${kernel.buildId}) replaces ${functions} function${functions === 1 ? '' : 's'}. Installing this package applies it when that kernel runs; removing it takes it out where that is safe.`,
    fixed.length === 0 ? 'Its manifest names no CVE or defect.' : `It fixes ${fixed.join(', ')}.`,
  ]
}

interface Script {
  readonly name: string
  readonly body: 'apply' | 'remove'
  /** When it acts: dpkg gives the reason as a word, rpm the number of versions that are installed afterwards. */
  readonly guard: string
}

const KEEP = '# An upgrade leaves it in force: the next version takes its place in one transition.\n'

const SCRIPTS: Readonly<Record<PackageFormat, readonly Script[]>> = {
  deb: [
    {
      name: 'postinst',
      body: 'apply',
      guard: 'case $1 in configure | abort-upgrade | abort-remove | abort-deconfigure) ;; *) exit 0 ;; esac\n\n',
    },
    { name: 'prerm', body: 'remove', guard: `${KEEP}[ "$1" = remove ] || exit 0\n\n` },
  ],
  rpm: [
    { name: 'posttrans', body: 'apply', guard: '' },
    { name: 'preun', body: 'remove', guard: `${KEEP}[ "$1" = 0 ] || exit 0\n\n` },
  ],
}

const VARIABLES = { apply: ['release', 'folder'], remove: ['release', 'name'] } as const

interface ScriptValues {
  readonly package: string
  readonly release: string
  readonly name: string
  readonly folder: string
}

export async function patchScripts(
  format: PackageFormat,
  values: ScriptValues,
  { script }: Pick<PackagePorts, 'script'>,
): Promise<Record<string, string>> {
  const scripts = await Promise.all(
    SCRIPTS[format].map(async ({ name, body, guard }) => {
      const variables = VARIABLES[body].map((variable) => `${variable}=${values[variable]}\n`).join('')
      const text = await script(body)
      return [name, `#!/bin/sh\nset -e\n\n${variables}\n${guard}${text.replaceAll('@PACKAGE@', values.package)}`] as const
    }),
  )
  return Object.fromEntries(scripts)
}
