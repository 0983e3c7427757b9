import { Fault } from '../../core/base/mod.ts'
import {
  type Bundle,
  type Manifest,
  checkIsOf,
  findFile,
  parseManifest,
  readBundle,
  readLivepatchModule,
  textOf,
} from '../../core/bundle/mod.ts'
import type { Candidate } from '../../core/host/mod.ts'
import { PATHS, patchFolder } from './paths.ts'
import type { HostPorts } from './ports.ts'

/** A candidate, with the files that it is made of. */
export interface ReadCandidate {
  readonly candidate: Candidate
  readonly manifest: Manifest | undefined
  /** As it was read. */
  readonly manifestText: string | undefined
  readonly module: Uint8Array
}

/**
 * From a bundle, the output folder of a build, a module alone, or the name of one that this host keeps. Faults: host/unknown, bundle/damaged, build/manifest,
 * elf/malformed, io/missing.
 */
export async function readCandidate(
  wanted: string,
  release: string,
  { files, digest }: Pick<HostPorts, 'files' | 'digest'>,
): Promise<ReadCandidate> {
  const path = wanted.includes('/') || (await files.exists(wanted)) ? wanted : patchFolder({ release, name: wanted })
  if (!(await files.exists(path))) {
    throw new Fault('host/unknown', `Cannot find the live patch ${wanted}`, {
      in: path === wanted ? path : PATHS.patches,
      try: 'kmend list shows those that this host keeps; a path has a / in it',
    })
  }
  if (path.endsWith('.kmend')) return candidateOf(readBundle(await files.readBytes(path), { file: path, digest }), digest)
  const isModule = path.endsWith('.ko')
  const folder = isModule ? path.replace(/[^/]*$/, '').replace(/\/$/, '') || '.' : path
  const manifestPath = `${folder}/manifest.json`
  const hasManifest = await files.exists(manifestPath)
  const isKept = folder.startsWith(`${PATHS.patches}/`)
  if (!isModule && !hasManifest && !isKept)
    throw new Fault('bundle/damaged', `Cannot use ${path}: it holds no manifest.json`, {
      in: path,
      try: 'give a bundle, the folder that kmend build wrote, or a livepatch module',
    })
  const manifestText = hasManifest ? await files.readText(manifestPath) : undefined
  const found = manifestText === undefined ? undefined : parseManifest(manifestText, manifestPath)
  const modulePath = isModule ? path : found === undefined ? await moduleIn(folder, files) : `${folder}/${found.module.file}`
  const bytes = await files.readBytes(modulePath)
  const module = readLivepatchModule(bytes, modulePath, digest)
  const { name } = module.file
  if (!isModule && found !== undefined) checkIsOf(found, module, modulePath)
  const manifest = found?.name === name ? found : undefined
  const candidate = {
    name,
    release: module.file.vermagic.split(' ')[0] ?? '',
    isSigned: module.isSigned,
    sha256: module.sha256,
    fileSha256: digest(bytes),
    promise: manifest === undefined ? undefined : promiseOf(manifest),
  }
  return { candidate, manifest, manifestText, module: bytes }
}

/** From a bundle that was read. */
export function candidateOf({ manifest, isSigned, files }: Bundle, digest: HostPorts['digest']): ReadCandidate {
  const module = findFile(files, 'module')?.bytes ?? new Uint8Array(0)
  const { name, kernel } = manifest
  const candidate = {
    name,
    release: kernel.release,
    isSigned,
    sha256: manifest.module.sha256,
    fileSha256: digest(module),
    promise: promiseOf(manifest),
  }
  return { candidate, manifest, manifestText: textOf(findFile(files, 'manifest')), module }
}

function promiseOf(manifest: Manifest): Candidate['promise'] {
  const { kernel, objects } = manifest
  return {
    version: manifest.version ?? 1,
    release: kernel.release,
    buildId: kernel.buildId,
    // sysfs gives a unique name position 1.
    functions: objects.flatMap(({ name, functions }) => functions.map((func) => `${name}:${func.name},${func.sympos || 1}`)),
    modules: objects.flatMap(({ name, buildId }) => (typeof buildId === 'string' ? [{ name, buildId }] : [])),
  }
}

/** Keeps the files of a candidate on this host; each is written whole. Returns the path of the module. */
export async function keepCandidate(
  { candidate, manifest, manifestText, module }: ReadCandidate,
  release: string,
  { files }: HostPorts,
): Promise<string> {
  const folder = patchFolder({ release, name: candidate.name })
  const path = `${folder}/${manifest?.module.file ?? `${candidate.name}.ko`}`
  await files.write(path, module)
  if (manifest !== undefined && manifestText !== undefined) await files.write(`${folder}/manifest.json`, manifestText)
  return path
}

/** The module of a live patch that this host keeps. Faults: host/unknown when its file is gone. */
export async function keptModule(
  patch: { readonly release: string; readonly name: string },
  { files }: Pick<HostPorts, 'files'>,
): Promise<string> {
  return moduleIn(patchFolder(patch), files)
}

async function moduleIn(folder: string, files: HostPorts['files']): Promise<string> {
  const path = await findModule(folder, files)
  if (path !== undefined) return path
  throw new Fault('host/unknown', 'Cannot find the module of a live patch that this host keeps', {
    in: folder,
    try: 'apply it from its bundle again',
  })
}

/** The module file in a folder; undefined when there is none. */
export async function findModule(folder: string, files: Pick<HostPorts['files'], 'names'>): Promise<string | undefined> {
  const name = (await files.names(folder)).find((entry) => entry.endsWith('.ko'))
  return name === undefined ? undefined : `${folder}/${name}`
}
