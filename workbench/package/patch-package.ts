import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { VERSION } from '../../src/bin/version.ts'
import { formatPackageName, type Manifest, type PackageFormat, parseManifest } from '../../src/core/bundle/mod.ts'
import { ROOT } from '../run.ts'
import { AGENT, compressed, formatChangelog } from './agent-package.ts'
import type { Package } from './deb.ts'
import type { PackageFile } from './staged-tree.ts'

/** A live patch as a package: its files, and scripts that hand it to kmend. Made from the output folder of kmend build. */
export async function patchPackage(folder: string, epoch: number, format: PackageFormat = 'deb'): Promise<Package> {
  const manifestPath = join(folder, 'manifest.json')
  const text = await readFile(manifestPath, 'utf8')
  const manifest = parseManifest(text, manifestPath)
  const { release } = manifest.kernel
  // Both become paths and words of a script.
  for (const word of [release, manifest.name])
    if (!/^[A-Za-z0-9][A-Za-z0-9._+~-]*$/.test(word))
      throw new Error(`Cannot make a package for ${JSON.stringify(word)}: no kernel release or module has such a name`)
  const name = formatPackageName(release, format)
  const version = String((manifest as { readonly version?: number }).version ?? 1)
  const home = `/usr/lib/kmend/patches/${release}/${manifest.name}`
  const doc = `/usr/share/doc/${name}`
  const files: PackageFile[] = [
    { path: `${home}/manifest.json`, content: text },
    ...(await Promise.all(
      payload(manifest).map(async (file) => ({ path: `${home}/${file}`, content: await readFile(join(folder, file)) })),
    )),
    { path: `${doc}/copyright`, content: COPYRIGHT },
    { path: `${doc}/changelog.gz`, content: compressed(formatChangelog(name, version, epoch)) },
  ]
  return {
    name,
    version,
    summary: `live patch for the kernel ${release}`,
    description: describe(manifest),
    licence: 'GPL-2.0-only',
    depends: [`${AGENT} (>= ${VERSION})`],
    requires: [`${AGENT} >= ${VERSION}`],
    tree: { files, folders: [] },
    scripts: await patchScripts(format, { package: name, release, name: manifest.name, folder: home }),
  }
}

/** What kmend reads beside the manifest; each is below its folder. */
function payload({ module, external }: Manifest): string[] {
  const files = [module.file, ...(external === undefined ? [] : [external.file])]
  const strange = files.find((file) => !/^[A-Za-z0-9_][A-Za-z0-9._+-]*(?:\/[A-Za-z0-9_][A-Za-z0-9._+-]*)*$/.test(file))
  if (strange !== undefined) throw new Error(`Cannot pack ${JSON.stringify(strange)}: the manifest may name only files below its folder`)
  return files
}

const COPYRIGHT = `Copyright: the authors of Linux, and those of the fix.

A live patch of the Linux kernel is a derived work of it: GPL-2.0 only; on Debian systems its text is in /usr/share/common-licenses/GPL-2.
The manifest names the sources that it was made from.
`

function describe({ name, kernel, objects, fixes }: Manifest): string[] {
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

export async function patchScripts(format: PackageFormat, values: ScriptValues): Promise<Record<string, string>> {
  const scripts = await Promise.all(
    SCRIPTS[format].map(async ({ name, body, guard }) => {
      const variables = VARIABLES[body].map((variable) => `${variable}=${values[variable]}\n`).join('')
      const text = await readFile(join(ROOT, `packaging/patch/${body}.sh`), 'utf8')
      return [name, `#!/bin/sh\nset -e\n\n${variables}\n${guard}${text.replaceAll('@PACKAGE@', values.package)}`] as const
    }),
  )
  return Object.fromEntries(scripts)
}
