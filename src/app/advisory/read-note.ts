import { type ReleaseNote, issuesOf } from '../../core/advisory/mod.ts'
import { findFile, parseAdvisory, parseManifest, readBundle, suggestKind, suggestTitle, textOf } from '../../core/bundle/mod.ts'
import { parseVulnerabilities } from '../../core/vulnerability/mod.ts'
import type { AdvisoryPorts } from './ports.ts'

/** A bundle, or the output folder of a build; and what else is known of the CVEs that it fixes. */
export interface NoteQuestion {
  readonly patch: string
  /** File of `kmend data vulnerabilities`. */
  readonly vulnerabilities: string | undefined
}

/**
 * All that an advisory is made from. What the data of vulnerabilities says counts before what the bundle said when it was made. Faults: io/missing,
 * build/manifest, bundle/damaged, data/vulnerabilities.
 */
export async function readNote({ patch, vulnerabilities }: NoteQuestion, ports: AdvisoryPorts): Promise<ReleaseNote> {
  const released = await ((await ports.files.isFile(patch)) ? readReleased(patch, ports) : readUnreleased(patch, ports))
  const data = vulnerabilities === undefined ? [] : parseVulnerabilities(await ports.files.readText(vulnerabilities), vulnerabilities).cves
  const { advisory, ...note } = released
  return { ...note, text: advisory?.text ?? '', issues: issuesOf(note.manifest, data, advisory?.cves ?? []) }
}

async function readReleased(file: string, { files: { readBytes }, digest }: AdvisoryPorts) {
  const bytes = await readBytes(file)
  const { manifest, kind, title, files } = readBundle(bytes, { file, digest })
  return { manifest, kind, title, sha256: digest(bytes), advisory: parseAdvisory(textOf(findFile(files, 'advisory')), file) }
}

/** A folder has no kind, no title and no advisory yet: the first two are what a bundle of it would have. */
async function readUnreleased(folder: string, { files: { readText } }: AdvisoryPorts) {
  const file = `${folder}/manifest.json`
  const manifest = parseManifest(await readText(file), file)
  return { manifest, kind: suggestKind(manifest), title: suggestTitle(manifest), sha256: manifest.module.sha256, advisory: undefined }
}
