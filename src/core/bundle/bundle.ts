import { utf8FromBytes, bytesFromUtf8 } from '../base/mod.ts'
import { BUNDLE_ROLES, BUNDLE_SCHEMA, type BundleIndex, type BundleRole, type ListedFile, formatIndex, parseIndex } from './bundle-index.ts'
import { type Finding, damagedBundle, show } from './damaged.ts'
import type { BundleKind } from './kind.ts'
import { type Digest, checkIsOf, readLivepatchModule } from './livepatch-module.ts'
import { type Manifest, parseManifest } from './manifest.ts'
import { FIRST_FILE, type TarFile, readTar, writeTar } from './tar.ts'

/** One file with a live patch, what it was made from, and what proves it: docs/formats/bundle.md. */
export interface Bundle {
  readonly kind: BundleKind
  readonly title: string
  readonly manifest: Manifest
  readonly isSigned: boolean
  /** All but `bundle.json`. */
  readonly files: readonly BundleFile[]
}

export interface BundleFile extends TarFile {
  readonly role: BundleRole
}

/** Faults: bundle/damaged, and where manifest or module cannot be read, build/manifest and those of `readLivepatchModule`. */
export function readBundle(bytes: Uint8Array, { file, digest }: { readonly file: string; readonly digest: Digest }): Bundle {
  const [first, ...found] = readTar(bytes, file)
  const parsed = parseIndex(utf8FromBytes(first?.bytes ?? new Uint8Array(0)))
  if ('findings' in parsed) throw damagedBundle(parsed.findings, file)
  const { index } = parsed
  stopAt(checkList(index.files, found, digest), file)
  // From here on the list is that of the files.
  const files = found.map((entry, at): BundleFile => ({ ...entry, role: index.files[at]?.role ?? 'source' }))
  stopAt(checkNeeded(files), file)
  const manifest = parseManifest(textOf(findFile(files, 'manifest')) ?? '', `${file}: ${BUNDLE_ROLES.manifest.name}`)
  stopAt([...checkIdentity(index, manifest), ...checkNames(files, manifest), ...checkExternal(files, manifest, digest)], file)
  const path = `${file}: ${manifest.module.file}`
  const module = readLivepatchModule(findFile(files, 'module')?.bytes ?? new Uint8Array(0), path, digest)
  checkIsOf(manifest, module, path)
  return { kind: index.kind, title: index.title, manifest, isSigned: module.isSigned, files }
}

/** The same parts give the same bytes. What the manifest says is not given again. */
export function writeBundle({ kind, title, manifest, files }: Omit<Bundle, 'isSigned'>, digest: Digest): Uint8Array {
  const { name, version = 1, kernel } = manifest
  const listed = files
    .map((file): ListedFile => ({ name: file.name, role: file.role, sha256: digest(file.bytes), sizeBytes: file.bytes.length }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const index: BundleIndex = { schema: BUNDLE_SCHEMA, name, version, kernel, kind, title, files: listed }
  return writeTar([{ name: FIRST_FILE, bytes: bytesFromUtf8(formatIndex(index)) }, ...files])
}

/** The only file of a role, or the first one. */
export function findFile(files: readonly BundleFile[], role: BundleRole): BundleFile | undefined {
  return files.find((file) => file.role === role)
}

/** A file's text; undefined when there is no file, or it is no text in UTF-8. */
export function textOf(file: BundleFile | undefined): string | undefined {
  return file === undefined ? undefined : utf8FromBytes(file.bytes)
}

function stopAt(findings: readonly Finding[], file: string): void {
  if (findings.length > 0) throw damagedBundle(findings, file)
}

/** Clause 2.4: the list has exactly the files that there are, in their order. */
function checkList(listed: readonly ListedFile[], files: readonly TarFile[], digest: Digest): Finding[] {
  const byName = new Map(listed.map((entry) => [entry.name, entry]))
  const names = new Set(files.map(({ name }) => name))
  const wrong = [
    ...listed
      .filter(({ name }) => !names.has(name))
      .map(({ name }) => ({ entry: name, text: 'bundle.json lists it, and it is not there' })),
    ...files.flatMap(({ name, bytes }) => {
      const entry = byName.get(name)
      if (entry === undefined) return [{ entry: name, text: 'bundle.json does not list it' }]
      if (entry.sizeBytes !== bytes.length)
        return [{ entry: name, text: `it has ${bytes.length} bytes, and bundle.json says ${entry.sizeBytes}` }]
      const sha256 = digest(bytes)
      return sha256 === entry.sha256 ? [] : [{ entry: name, text: `its digest is ${sha256}, and bundle.json says ${entry.sha256}` }]
    }),
  ]
  const isInOrder = listed.length === files.length && listed.every(({ name }, at) => name === files[at]?.name)
  return wrong.length > 0 || isInOrder ? wrong : [{ entry: FIRST_FILE, text: 'its list is not in the order of the files' }]
}

function checkNeeded(files: readonly BundleFile[]): Finding[] {
  return (Object.keys(BUNDLE_ROLES) as BundleRole[]).flatMap((role) => {
    const count = files.filter((file) => file.role === role).length
    if (count === 0) return BUNDLE_ROLES[role].isNeeded ? [{ text: `it has no ${role}` }] : []
    return count === 1 || role === 'source' ? [] : [{ text: `it has ${count} files as ${role}, and one is allowed` }]
  })
}

function checkNames(files: readonly BundleFile[], manifest: Manifest): Finding[] {
  const expected = (role: BundleRole) =>
    role === 'module' ? manifest.module.file : role === 'external' ? manifest.external?.file : BUNDLE_ROLES[role].name
  return files
    .filter(({ role, name }) => (role === 'source' ? !name.startsWith('sources/') : name !== expected(role)))
    .map(({ role, name }) => ({ entry: name, text: `as ${role} it is called ${show(expected(role) ?? 'nothing')}` }))
}

/** The module from outside the kernel's tree is the one that the manifest names. */
function checkExternal(files: readonly BundleFile[], { external }: Manifest, digest: Digest): Finding[] {
  const found = findFile(files, 'external')
  if (external === undefined) return []
  if (found === undefined)
    return [{ entry: external.file, text: 'the manifest names it as the module that is patched, and it is not there' }]
  return digest(found.bytes) === external.sha256 ? [] : [{ entry: found.name, text: 'it is not the module that the manifest names' }]
}

function checkIdentity(index: BundleIndex, { name, version = 1, kernel }: Manifest): Finding[] {
  const pairs: readonly (readonly [what: string, listed: unknown, own: unknown])[] = [
    ['name', index.name, name],
    ['version', index.version, version],
    ['release', index.kernel.release, kernel.release],
    ['packageVersion', index.kernel.packageVersion, kernel.packageVersion],
    ['arch', index.kernel.arch, kernel.arch],
    ['buildId', index.kernel.buildId, kernel.buildId],
  ]
  return pairs
    .filter(([, listed, own]) => listed !== own)
    .map(([what, listed, own]) => ({
      entry: FIRST_FILE,
      text: `its ${what} is ${JSON.stringify(listed)}, and the manifest says ${JSON.stringify(own)}`,
    }))
}
