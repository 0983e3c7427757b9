/** Debian Policy 5.6.1; rpm's documentation of the spec file's `Name`. */
const ALLOWED = { deb: /[a-z0-9.+-]/, rpm: /[A-Za-z0-9._+-]/ } as const

export type PackageFormat = keyof typeof ALLOWED

const PREFIX = 'kmend-patch-'

/**
 * The name of the package that carries a live patch for one kernel. It has the release as the distribution's own packages have it
 * (`linux-image-6.12.115+deb12-cloud-amd64`); a byte that the format does not allow becomes `++` and two hexadecimal digits. So does a `+` where
 * it would be taken for the beginning of that, and a last `+` or `-`, which apt reads as a wish: no two releases have one name.
 */
export function formatPackageName(release: string, format: PackageFormat): string {
  // From the end, as the name is read from its beginning: what follows decides whether a + would be taken for more than itself.
  const written = Array.from(release).reduceRight((rest, character) => {
    const isUnsafe = (character === '+' && (rest === '' || rest.startsWith('+'))) || (character === '-' && rest === '')
    return `${ALLOWED[format].test(character) && !isUnsafe ? character : escape(character)}${rest}`
  }, '')
  return `${PREFIX}${written}`
}

/** The release; undefined when it is no name of such a package. */
export function parsePackageName(name: string): string | undefined {
  const [, text] = /^kmend-patch-((?:\+\+[0-9a-f]{2}|(?!\+\+)[A-Za-z0-9._+-])+)$/.exec(name) ?? []
  try {
    return text === undefined ? undefined : decodeURIComponent(text.replaceAll('++', '%'))
  } catch {
    return undefined // bytes that are no text
  }
}

function escape(character: string): string {
  const code = character.charCodeAt(0)
  if (code < 0x80) return `++${code.toString(16).padStart(2, '0')}`
  return encodeURIComponent(character).replaceAll('%', '++').toLowerCase()
}
