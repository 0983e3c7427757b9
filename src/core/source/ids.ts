/** CVE and bug ids that a patch's own header names: its fixes, as the author says them. */
export function idsOfHeader(header: string): { readonly cves: readonly string[]; readonly bugs: readonly string[] } {
  const cves = new Set([...header.matchAll(/\bCVE-\d{4}-\d{4,}\b/g)].map(([id]) => id))
  const bugs = new Set([...header.matchAll(/^\s*(?:Closes|Bug|Bug-Debian|Link-Bug):\s*(\S+)/gim)].map(([, id = '']) => id))
  return { cves: [...cves].toSorted(), bugs: [...bugs].toSorted() }
}
