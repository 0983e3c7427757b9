import { R_X86_64 } from '../arch/mod.ts'
import { type Item, trampolineOf } from '../diff/mod.ts'
import { elf } from '../elf/mod.ts'
import { type ResolvedUnit, VMLINUX } from '../klp/mod.ts'

/** A pointer in data that the patch brings for a module, which begins with an address in that module. */
export interface LatePointer {
  readonly item: Item
  readonly offset: number
  /** Of a static call's key: the trampoline, which holds the same address. */
  readonly trampoline: Item | undefined
}

/**
 * When a module goes, the kernel takes back the addresses that it had resolved, each where it still stands, and lets the module in again only where all have gone
 * (arch/x86/kernel/module.c, write_relocate_add, since 6.3). These are the ones that running code may have replaced.
 */
export function latePointers({ diff, object, refOf }: ResolvedUnit): LatePointer[] {
  if (object === VMLINUX) return []
  const { carried, links } = diff.inclusion
  const functions = new Map(carried.flatMap((item) => (item.kind === 'function' ? [[item.name, item] as const] : [])))
  return carried.flatMap((item) => {
    if (item.kind !== 'data' || (item.section.flags & elf.SHF.WRITE) === 0 || item.section.name === '.data..ro_after_init') return []
    return (links.get(item) ?? []).flatMap(({ reference, link }): LatePointer[] => {
      const ref = link.kind === 'carried' ? undefined : refOf(link)
      const isLate = ref?.kind === 'klp' && ref.object !== VMLINUX && reference.type === R_X86_64.ABS64
      if (!isLate) return []
      const { offset } = reference
      return [{ item, offset, trampoline: offset === 0 ? functions.get(trampolineOf(item.name) ?? '') : undefined }]
    })
  })
}
