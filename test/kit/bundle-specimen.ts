import { createHash } from 'node:crypto'
import { makeAdvisory } from '../../src/core/advisory/mod.ts'
import { type BundleFile, type BundleKind, type Manifest, formatAdvisory, formatManifest, writeBundle } from '../../src/core/bundle/mod.ts'
import { writeObject } from '../../src/core/elf/mod.ts'
import { formatModinfo, joinSignature } from '../../src/core/kernel/mod.ts'
import { makeObject } from './object-specimen.ts'

export interface BundleWish {
  readonly name?: string
  readonly version?: number
  readonly release?: string
  readonly buildId?: string
  readonly kind?: BundleKind
  readonly title?: string
  readonly cves?: readonly string[]
  readonly isSigned?: boolean
}

export interface BundleSpecimen {
  readonly bytes: Uint8Array
  readonly manifest: Manifest
  readonly module: Uint8Array
  readonly files: readonly BundleFile[]
}

/** A small bundle that is as it should be: a module of a few words that replaces one function, and every file that a bundle needs. */
export function makeBundle(wish: BundleWish = {}): BundleSpecimen {
  const {
    name = 'kmend_fix',
    release = '6.1.0-1-cloud-amd64',
    kind = 'security',
    title = 'Check the length before it is used',
    isSigned = false,
  } = wish
  const content = makeModule(name, release)
  const manifest = makeManifest({ ...wish, name, release }, content)
  const module = isSigned ? joinSignature(content, Uint8Array.of(0x30, 0)) : content
  const files = makeFiles(manifest, module)
  return { bytes: writeBundle({ kind, title, manifest, files }, sha256), manifest, module, files }
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

function makeModule(name: string, release: string): Uint8Array {
  const modinfo = formatModinfo([
    ['livepatch', 'Y'],
    ['name', name],
    ['vermagic', `${release} SMP preempt mod_unload modversions `],
  ])
  return writeObject(makeObject([{ name: 'modinfo', kind: 'data', section: '.modinfo', bytes: [...Buffer.from(modinfo)] }]))
}

function makeManifest(
  { name, release, ...wish }: BundleWish & { readonly name: string; readonly release: string },
  module: Uint8Array,
): Manifest {
  const isInitial = wish.kind === 'initial'
  const functions = [{ name: 'check', sympos: 0, oldSizeBytes: 6, newSizeBytes: 7, unit: 'a.c' }]
  return {
    schema: 'kmend/manifest/1',
    name,
    version: wish.version ?? 1,
    kernel: { release, packageVersion: '6.1.1-1', arch: 'amd64', buildId: wish.buildId ?? 'ab'.repeat(20) },
    replace: true,
    module: { file: `${name}.ko`, sha256: sha256(module), sizeBytes: module.length },
    objects: isInitial ? [] : [{ name: 'vmlinux', functions }],
    changes: [],
    added: [],
    removed: [],
    callbacks: [],
    data: [],
    states: [],
    forced: [],
    ignored: [],
    fixes: { cves: wish.cves ?? [], bugs: [] },
    notes: [],
    inputs: { patches: isInitial ? [] : [{ file: 'fix.patch', sha256: sha256(PATCH) }], packages: [], tools: [], kmend: '0.1.0' },
  }
}

const PATCH = '--- a/a.c\n+++ b/a.c\n@@ -1 +1 @@\n-int check(void) { return 0; }\n+int check(void) { return 1; }\n'

function makeFiles(manifest: Manifest, module: Uint8Array): BundleFile[] {
  const text = (role: BundleFile['role'], name: string, content: string): BundleFile => ({ role, name, bytes: Buffer.from(content) })
  return [
    text('manifest', 'manifest.json', formatManifest(manifest)),
    { role: 'module', name: manifest.module.file, bytes: module },
    text('recipe', 'recipe.json', '{}\n'),
    ...manifest.inputs.patches.map(({ file }) => text('source', `sources/${file}`, PATCH)),
    text('provenance', 'provenance.json', '{}\n'),
    text('sbom', 'sbom.json', '{}\n'),
    text('advisory', 'advisory.json', formatAdvisory(makeAdvisory(manifest, 'a fix', []))),
  ]
}
