/** Debian's order of version strings: Debian Policy 5.6.12. */

/** Negative when `a` is older than `b`, 0 when equal, positive when newer. */
export function compareDebianVersions(a: string, b: string): number {
  const [epochA, upstreamA, revisionA] = split(a)
  const [epochB, upstreamB, revisionB] = split(b)
  return epochA - epochB || compareParts(upstreamA, upstreamB) || compareParts(revisionA, revisionB)
}

function split(version: string): [epoch: number, upstream: string, revision: string] {
  const colon = version.indexOf(':')
  const rest = version.slice(colon + 1)
  const dash = rest.lastIndexOf('-')
  return [colon < 0 ? 0 : Number(version.slice(0, colon)), dash < 0 ? rest : rest.slice(0, dash), dash < 0 ? '' : rest.slice(dash + 1)]
}

function compareParts(a: string, b: string): number {
  const partsA = alternate(a)
  const partsB = alternate(b)
  for (let i = 0; i < Math.max(partsA.length, partsB.length); i++) {
    const order = i % 2 === 0 ? compareText(partsA[i] ?? '', partsB[i] ?? '') : Number(partsA[i] ?? 0) - Number(partsB[i] ?? 0)
    if (order !== 0) return order
  }
  return 0
}

/** Text and numbers in turn, text first: `1.2` is ['', '1', '.', '2']. */
function alternate(part: string): string[] {
  const parts: string[] = part.match(/\d+|\D+/g) ?? []
  return /^\d/.test(part) ? ['', ...parts] : parts
}

/** `~` before the end, the end before letters, letters before all else. */
function compareText(a: string, b: string): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const order = weight(a[i]) - weight(b[i])
    if (order !== 0) return order
  }
  return 0
}

function weight(char: string | undefined): number {
  if (char === undefined) return 0
  if (char === '~') return -1
  return /[A-Za-z]/.test(char) ? char.charCodeAt(0) : char.charCodeAt(0) + 256
}
