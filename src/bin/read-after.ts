import type { BuildRequest } from '../app/build/mod.ts'
import { Fault } from '../core/base/mod.ts'
import { parseManifest } from '../core/bundle/mod.ts'
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
  const dropped = drop.map((text) => {
    const [, id = '', reason = ''] = /^([^\s=]+)=(.*\S.*)$/.exec(text) ?? []
    if (id !== '') return { id, reason }
    throw new Fault('usage/build', `Cannot drop "${text}": an id and a reason are needed`, {
      try: "--drop 'CVE-2026-12345=it made the disk slow'",
    })
  })
  if (after !== undefined) {
    const path = `${after}/manifest.json`
    const manifest = parseManifest(await readText(path), path)
    return { version: patchVersion ?? (manifest.version ?? 1) + 1, after: { manifest, dropped } }
  }
  if (dropped.length > 0)
    throw new Fault('usage/build', 'Cannot drop a fix of no version', { try: '--after FOLDER names the version before' })
  return { version: patchVersion ?? 1 }
}
