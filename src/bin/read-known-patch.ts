import { existsSync } from 'node:fs'
import type { KnownPatch } from '../core/advisory/mod.ts'
import { parseManifest } from '../core/bundle/mod.ts'
import { parseAccount } from '../core/update/mod.ts'
import { readText } from '../io/files.ts'

/** A live patch as far as data speaks of it, from the output folder of a build. Faults: io/missing, build/manifest. */
export async function readKnownPatch(folder: string): Promise<KnownPatch> {
  const [manifest, account] = [`${folder}/manifest.json`, `${folder}/account.json`]
  return {
    manifest: parseManifest(await readText(manifest), manifest),
    account: existsSync(account) ? parseAccount(await readText(account), account) : undefined,
  }
}
