/** The archive's index of packages, as `apt-cache show` prints it. */

export interface Package {
  readonly name: string
  readonly version: string
  /** Source package version, when it differs in form: signed images are built from another source package. */
  readonly depends: readonly Dependency[]
  readonly sizeBytes: number
  readonly sha256: string
}

/** One dependency; of alternatives (`a | b`) all are kept. */
export interface Dependency {
  readonly alternatives: readonly { readonly name: string; readonly relation: string; readonly version: string }[]
}

/** Parses stanzas separated by empty lines; a stanza without name, version or digest is left out: it cannot be fetched. */
export function parsePackageIndex(text: string): Package[] {
  return text.split(/\n\n+/).flatMap((stanza) => {
    const fields = new Map([...stanza.matchAll(/^([A-Za-z0-9-]+): ?(.*)$/gm)].map(([, key = '', value = '']) => [key, value]))
    const name = fields.get('Package')
    const version = fields.get('Version')
    const sha256 = fields.get('SHA256')
    if (name === undefined || version === undefined || sha256 === undefined) return []
    return [{ name, version, sha256, sizeBytes: Number(fields.get('Size') ?? 0), depends: parseDependencies(fields.get('Depends') ?? '') }]
  })
}

function parseDependencies(text: string): Dependency[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => ({ alternatives: entry.split('|').map(parseAlternative) }))
}

function parseAlternative(text: string): Dependency['alternatives'][number] {
  const [, name = '', relation = '', version = ''] = /^\s*([^\s(:]+)(?::\w+)?\s*(?:\(\s*(<<|<=|=|>=|>>)\s*([^)\s]+)\s*\))?/.exec(text) ?? []
  return { name, relation, version }
}
