import { readFileSync } from 'node:fs'
import type { UnitCommand } from '../../src/core/kernel/mod.ts'

/**
 * The first match of a pattern in the units of the kernel image, in these folders. Tests look for what they need, since no line of the
 * kernel stays for ever. Throws when there is none.
 */
export function findInUnits(
  kernel: { readonly tree: string; readonly units: readonly UnitCommand[] },
  folders: readonly string[],
  pattern: RegExp,
) {
  const sources = kernel.units
    .filter(({ source, owners }) => folders.some((folder) => source.startsWith(folder)) && owners.some(({ kind }) => kind === 'vmlinux'))
    .map(({ source }) => source)
  for (const path of sources.toSorted()) {
    const match = pattern.exec(readFileSync(`${kernel.tree}/${path}`, 'utf8'))
    if (match !== null) return { path, match, name: match[1] ?? '' }
  }
  throw new Error(`no unit in ${folders.join(', ')} of this kernel matches ${pattern}`)
}
