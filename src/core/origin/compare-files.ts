import { areBytesEqual, utf8FromBytes } from '../base/mod.ts'
import type { BundleFile, BundleRole, Digest } from '../bundle/mod.ts'
import { splitSignature } from '../kernel/mod.ts'
import { jsonDifferences } from './json-differences.ts'
import { moduleDifferences } from './module-differences.ts'

/** A file of a bundle beside that which the same inputs give. */
export interface ComparedFile {
  readonly name: string
  readonly role: BundleRole
  readonly isSame: boolean
  /** SHA-256 of each, of a module without its signature; null where there is none. */
  readonly bundled: string | null
  readonly rebuilt: string | null
  /** Places, in words; empty when it is the same, or when nothing more can be said. */
  readonly differences: readonly string[]
}

/** What the same inputs do not give again, and why. */
export const NOT_COMPARED: Partial<Record<BundleRole, string>> = {
  proof: 'times are measured: kmend prove proves it again',
  advisory: 'the CVE records that it was made of are not in the bundle',
}

/** Every file that the inputs of a bundle decide, of either side. Faults: those of reading an ELF file. */
export function compareFiles(bundled: readonly BundleFile[], rebuilt: readonly BundleFile[], digest: Digest): ComparedFile[] {
  const [old, now] = [byName(bundled), byName(rebuilt)]
  return [...new Map([...old, ...now]).values()].map(({ name, role }) => {
    const [before, after] = [old.get(name), now.get(name)]
    const isSame = before !== undefined && after !== undefined && areBytesEqual(before.bytes, after.bytes)
    return {
      name,
      role,
      isSame,
      bundled: before === undefined ? null : digest(before.bytes),
      rebuilt: after === undefined ? null : digest(after.bytes),
      differences: isSame ? [] : differencesOf(before, after),
    }
  })
}

function byName(files: readonly BundleFile[]): Map<string, BundleFile> {
  return new Map(
    files
      .filter(({ role }) => NOT_COMPARED[role] === undefined)
      .map((file) => [file.name, file.role === 'module' ? { ...file, bytes: splitSignature(file.bytes, file.name).content } : file]),
  )
}

function differencesOf(before: BundleFile | undefined, after: BundleFile | undefined): string[] {
  if (before === undefined) return ['only what was built again has it']
  if (after === undefined) return ['only the bundle has it']
  if (before.role === 'module') return moduleDifferences(before.bytes, after.bytes, before.name)
  return before.name.endsWith('.json') ? jsonDifferences(parse(before), parse(after)) : []
}

function parse({ bytes }: BundleFile): unknown {
  try {
    return JSON.parse(utf8FromBytes(bytes) ?? '')
  } catch {
    return 'no JSON'
  }
}
