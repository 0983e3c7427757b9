import { hasForm, isBoolean, isCount, isText, isTexts, listOf, orAbsent, orNull } from '../base/mod.ts'

/** What docs/formats/manifest.md says of each field. Name, file and release become paths, so that they must not lead elsewhere; the version becomes a line of a package's description. */

const isPlainName = matching(/^\w{1,55}$/)
const isPlainFile = matching(/^[\w-][\w.-]*$/)

const isPlace = hasForm({ unit: isText, function: isText })
const isMark = hasForm({ unit: isText, name: isText })
const isInput = hasForm({ file: isText, sha256: isText })
const isVersioned = hasForm({ name: isText, version: isText, sha256: isText })
const isDropped = hasForm({ id: isText, reason: isText })

const isFunction = hasForm({ name: isText, sympos: isCount, oldSizeBytes: isCount, newSizeBytes: isCount, unit: isText })

const isChange = hasForm({
  file: isText,
  function: orNull(isText),
  lines: hasForm({ from: isCount, to: isCount }),
  carriedBy: listOf(isPlace),
})

const isData = hasForm({ object: isText, name: isText, unit: isText, sizeBytes: isCount, before: isText, after: isText })

const isExternal = hasForm({
  name: isText,
  file: isText,
  sha256: isText,
  sizeBytes: isCount,
  buildId: orNull(isText),
  srcversion: orNull(isText),
  sources: listOf(isInput),
})

/** Whether all is there that its readers rely on. */
export const hasManifestForm = hasForm({
  name: isPlainName,
  version: orAbsent(isVersion),
  kernel: hasForm({ release: isText, packageVersion: isText, arch: isText, buildId: isText }),
  module: hasForm({ file: isPlainFile, sha256: isText, sizeBytes: isCount }),
  objects: listOf(hasForm({ name: isText, buildId: orAbsent(isText), functions: listOf(isFunction) })),
  changes: listOf(isChange),
  added: listOf(hasForm({ unit: isText, function: isText, sizeBytes: isCount, unreached: orAbsent(isBoolean) })),
  removed: listOf(isPlace),
  callbacks: listOf(hasForm({ object: isText, when: isText, function: isText, unit: isText })),
  data: listOf(isData),
  states: listOf(hasForm({ id: isText, version: isCount })),
  forced: listOf(isMark),
  ignored: listOf(isMark),
  external: orAbsent(isExternal),
  versions: orAbsent(listOf(hasForm({ symbol: isText, unit: isText, oldCrc: isText, newCrc: isText, importers: isTexts }))),
  update: orAbsent(hasForm({ from: orNull(isText), to: orNull(isText) })),
  after: orAbsent(hasForm({ name: isText, version: isVersion, sha256: isText, dropped: listOf(isDropped) })),
  fixes: hasForm({ cves: isTexts, bugs: isTexts }),
  notes: listOf(hasForm({ unit: isText, subject: isText, text: isText })),
  inputs: hasForm({ patches: listOf(isInput), packages: listOf(isVersioned), tools: listOf(isVersioned), kmend: isText }),
})

function isVersion(value: unknown): boolean {
  return isCount(value) && value > 0
}

function matching(form: RegExp): (value: unknown) => boolean {
  return (value) => isText(value) && form.test(value)
}
