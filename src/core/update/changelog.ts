import { compareDebianVersions } from '../kernel/mod.ts'

/** One line of a distribution's changelog: what upstream called the fix, and the ids that the distribution gave it. */
export interface Fix {
  readonly version: string
  readonly title: string
  readonly cves: readonly string[]
}

/** The fixes that came after one version of a package, up to another. Newest first, as they stand. */
export function fixesBetween(changelog: string, from: string, to: string | undefined): Fix[] {
  return changelog.split(/^(?=\S+ \([^)]+\))/m).flatMap((stanza) => {
    const version = /^\S+ \(([^)]+)\)/.exec(stanza)?.[1]
    if (version === undefined || compareDebianVersions(version, from) <= 0) return []
    if (to !== undefined && compareDebianVersions(version, to) > 0) return []
    return entriesOf(stanza).map((text) => ({
      version,
      title: titleOf(text),
      cves: [...text.matchAll(/\bCVE-\d{4}-\d{4,}\b/g)].map(([id]) => id),
    }))
  })
}

/** The versions of the package that it speaks of, as they stand: the newest first. */
export function versionsIn(changelog: string): string[] {
  return [...changelog.matchAll(/^\S+ \(([^)]+)\)/gm)].map(([, version = '']) => version)
}

/** Items begin with `*`, `-` or `+`; lines that follow deeper belong to them. A heading (`https://…`, `New upstream …:`) is no fix. */
function entriesOf(stanza: string): string[] {
  const entries: string[] = []
  for (const line of stanza.split('\n').slice(1)) {
    const item = /^\s+[*+-] (.*)$/.exec(line)
    if (item !== null) entries.push(item[1] ?? '')
    else if (/^\s{4,}\S/.test(line) && entries.length > 0) entries.push(`${entries.pop() ?? ''} ${line.trim()}`)
  }
  return entries.filter((entry) => !/^New upstream|:$/.test(entry.replace(/\s*https:\S+/g, '')))
}

function titleOf(text: string): string {
  return text
    .replaceAll(/\s*\((?:[^()]*\b(?:CVE-\d{4}-\d+|Closes:)[^()]*)\)/g, '')
    .replace(/^\[[^\]]+\]\s*/, '')
    .trim()
}
