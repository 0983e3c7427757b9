/** Debian Policy 5.6.1; rpm's documentation of the spec file's `Name`, but for `_`, which stands for a dot there. */
const ALLOWED = { deb: /[a-z0-9.+-]/, rpm: /[A-Za-z0-9.+-]/ } as const

export type PackageFormat = keyof typeof ALLOWED

/** What a package carries of a kernel's live patches: the empty first one, or one that follows it. */
export type PatchStage = 'initial' | 'patch'

/** In rpm distributions' own manner: `kernel-livepatch-6_1_0-56-default`. */
const PREFIX = {
  deb: { patch: 'kmend-patch-', initial: 'kmend-initial-' },
  rpm: { patch: 'kernel-livepatch-', initial: 'kernel-initial-livepatch-' },
} as const

/**
 * The name of the package that carries a live patch for one kernel. It has the release as the distribution's own packages have it
 * (`linux-image-6.12.115+deb12-cloud-amd64`); a byte that the format does not allow becomes `++` and two hexadecimal digits. So does a `+` where
 * it would be taken for the beginning of that, and a last `+` or `-`, which apt reads as a wish: no two releases have one name.
 */
export function formatPackageName(release: string, format: PackageFormat, stage: PatchStage = 'patch'): string {
  // From the end, as the name is read from its beginning: what follows decides whether a + would be taken for more than itself.
  const written = Array.from(release).reduceRight((rest, character) => {
    const isUnsafe = (character === '+' && (rest === '' || rest.startsWith('+'))) || (character === '-' && rest === '')
    const plain = format === 'rpm' && character === '.' ? '_' : character
    return `${ALLOWED[format].test(character) && !isUnsafe ? plain : escape(character)}${rest}`
  }, '')
  return `${PREFIX[format][stage]}${written}`
}

export interface NamedPatch {
  readonly release: string
  readonly stage: PatchStage
}

/** Undefined when it is no name of such a package. */
export function parsePackageName(name: string, format: PackageFormat): NamedPatch | undefined {
  for (const stage of ['initial', 'patch'] as const) {
    if (!name.startsWith(PREFIX[format][stage])) continue
    const release = parseRelease(name.slice(PREFIX[format][stage].length), format)
    if (release !== undefined) return { release, stage }
  }
  return undefined
}

function parseRelease(written: string, format: PackageFormat): string | undefined {
  if (!/^(?:\+\+[0-9a-f]{2}|(?!\+\+)[A-Za-z0-9._+-])+$/.test(written)) return undefined
  try {
    return decodeURIComponent((format === 'rpm' ? written.replaceAll('_', '.') : written).replaceAll('++', '%'))
  } catch {
    return undefined // bytes that are no text
  }
}

function escape(character: string): string {
  const code = character.charCodeAt(0)
  if (code < 0x80) return `++${code.toString(16).padStart(2, '0')}`
  return encodeURIComponent(character).replaceAll('%', '++').toLowerCase()
}
