import { type Item, isReadOnly } from './item.ts'
import type { Pair } from './compare.ts'
import type { Note } from './refusal.ts'

/** Why the running kernel's variable cannot serve the patched source, whatever it holds: it stays where it is. */
export function describeMisplaced(original: Item, patched: Item): string | undefined {
  const [from, to] = [original.section.name, patched.section.name]
  if (isKeptReadOnly(original) && !isKeptReadOnly(patched))
    return `the running kernel holds it read-only (${from}); the patch makes it writable (${to})`
  if (regionOf(original) !== regionOf(patched))
    return `the running kernel holds it in ${from}; the patch wants it in ${to}, which is treated in another way`
  const [before, after] = [alignmentOf(original), alignmentOf(patched)]
  if (after <= before || after <= CACHE_LINE) return undefined
  return `the running kernel has it at a multiple of ${before} bytes; the patch wants it at one of ${after}`
}

/** Where the running kernel faults on a write. */
function isKeptReadOnly(item: Item): boolean {
  return isReadOnly(item) || item.section.name === '.data..ro_after_init'
}

/** Shared with a hypervisor, left out of a hibernated image, or sharing its page with nothing (include/asm-generic/vmlinux.lds.h). */
function regionOf({ section }: Item): string | undefined {
  return /\.\.(decrypted|nosave|page_aligned)$/.exec(section.name)?.[1]
}

/** Of a variable that shares its section the object does not say it. */
function alignmentOf({ section, start, size }: Item): number {
  return start === 0 && size === section.size ? section.align : 0
}

/** Bytes; up to here it is mostly a matter of speed. */
const CACHE_LINE = 64

/** What moves and changes in nothing else, and what the kernel goes by the place of: both stay where they are. */
export function noteMoved(unit: string, { correlation }: Pair): Note[] {
  return [...correlation].flatMap(([patched, original]): Note[] => {
    if (original.isInit || patched.isInit) return []
    if (patched.kind === 'function') {
      if (codeRegionOf(original) === codeRegionOf(patched)) return []
      const text = `moves from ${original.section.name} to ${patched.section.name}, and the kernel knows such code by where it lies: left out`
      return [{ unit, subject: patched.name, text }]
    }
    const [before, after] = [alignmentOf(original), alignmentOf(patched)]
    if (original.size !== patched.size || isReadOnly(patched) || after <= before || after > CACHE_LINE) return []
    return [{ unit, subject: patched.name, text: `is to lie at a multiple of ${after} bytes, not of ${before}: left out` }]
  })
}

/** Code that is not probed, not shown as what a task waits in, or taken for the entry of an interrupt, by the section that it was linked from. */
function codeRegionOf({ section }: Item): string | undefined {
  return /^\.(kprobes|noinstr|entry|sched|spinlock|cpuidle|irqentry|softirqentry)\.text$/.exec(section.name)?.[1]
}
