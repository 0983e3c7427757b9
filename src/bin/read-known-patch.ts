import { createHash } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import type { KnownPatch } from '../core/advisory/mod.ts'
import { findFile, parseManifest, readBundle, textOf } from '../core/bundle/mod.ts'
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

async function readFolder(folder: string): Promise<KnownPatch['manifest']> {
  const file = `${folder}/manifest.json`
  return parseManifest(await readText(file), file)
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
