import { createHash } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import type { KnownPatch, ReleaseNote } from '../core/advisory/mod.ts'
import { findFile, parseManifest, readBundle, suggestKind, suggestTitle, textOf } from '../core/bundle/mod.ts'
import { parseAccount } from '../core/update/mod.ts'
import { readBytes, readText } from '../io/files.ts'

const digest = (content: Uint8Array) => createHash('sha256').update(content).digest('hex')

/** A live patch as far as data speaks of it: a bundle, or the output folder of a build. Faults: io/missing, build/manifest, bundle/damaged. */
export async function readKnownPatch(path: string): Promise<KnownPatch> {
  if (isFile(path)) {
    const { manifest, files } = readBundle(await readBytes(path), { file: path, digest })
    const account = textOf(findFile(files, 'account'))
    return { manifest, account: account === undefined ? undefined : parseAccount(account, `${path}: account.json`) }
  }
  const account = `${path}/account.json`
  return {
    manifest: await readFolder(path),
    account: existsSync(account) ? parseAccount(await readText(account), account) : undefined,
  }
}

/** The same, as far as an advisory speaks of it. A folder has no kind and no title yet: they are what a bundle of it would have. */
export async function readReleased(path: string): Promise<Pick<ReleaseNote, 'manifest' | 'kind' | 'title' | 'sha256'>> {
  if (isFile(path)) {
    const bytes = await readBytes(path)
    const { manifest, kind, title } = readBundle(bytes, { file: path, digest })
    return { manifest, kind, title, sha256: digest(bytes) }
  }
  const manifest = await readFolder(path)
  return { manifest, kind: suggestKind(manifest), title: suggestTitle(manifest), sha256: manifest.module.sha256 }
}

async function readFolder(folder: string): Promise<KnownPatch['manifest']> {
  const file = `${folder}/manifest.json`
  return parseManifest(await readText(file), file)
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
