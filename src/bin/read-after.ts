import { resolve } from 'node:path'
import type { BuildRequest } from '../app/build/mod.ts'
import { Fault } from '../core/base/mod.ts'
import { type DroppedFix, type Manifest, parseManifest } from '../core/bundle/mod.ts'
import { readText } from '../io/files.ts'

export interface AfterOptions {
  readonly after?: string
  readonly drop: readonly string[]
  readonly patchVersion?: number
}

/** The version before, from its folder, and the number of this one: one more, when none is given. Faults: usage/build, io/missing, build/manifest. */
export async function readAfter({
  after,
  drop,
  patchVersion,
}: AfterOptions): Promise<Required<Pick<BuildRequest, 'version'>> & Pick<BuildRequest, 'after'>> {
  if (after === undefined) {
    if (drop.length === 0) return { version: patchVersion ?? 1 }
    throw new Fault('usage/build', 'Cannot drop a fix of no version', { try: '--after FOLDER names the version before' })
  }
  const folder = resolve(after)
  const manifest = parseManifest(await readText(`${folder}/manifest.json`), `${folder}/manifest.json`)
  const dropped = drop.map((text) => readDrop(text, manifest))
  return { version: patchVersion ?? (manifest.version ?? 1) + 1, after: { folder, manifest, dropped } }
}

/** `id=reason`. An id may be an address, with a = of its own. */
function readDrop(text: string, { fixes }: Manifest): DroppedFix {
  const known = [...fixes.cves, ...fixes.bugs].filter((id) => text.startsWith(`${id}=`)).toSorted((a, b) => b.length - a.length)[0]
  const id = known ?? text.slice(0, Math.max(0, text.indexOf('=')))
  const reason = text.slice(id.length + 1).trim()
  if (id !== '' && reason !== '') return { id, reason }
  throw new Fault('usage/build', `Cannot drop "${text}": an id and a reason are needed`, {
    try: "--drop 'CVE-2026-12345=it made the disk slow'",
  })
}
