import type { Inclusion } from './include.ts'
import type { Refusal } from './refusal.ts'
import { isPerCpuSection } from './section-role.ts'

/**
 * The loader relocates what it lays out, and makes room for variables per CPU apart (kernel/module/main.c, layout_and_allocate and apply_relocations): a pointer that one
 * of the patch starts with would be null on every CPU.
 */
export function refusePerCpuPointers(unit: string, { carried, links }: Inclusion): Refusal[] {
  return carried.flatMap((item): Refusal[] => {
    const [first] = isPerCpuSection(item.section.name) ? (links.get(item) ?? []) : []
    if (first === undefined) return []
    const { target } = first.reference
    const pointee = target.kind === 'symbol' ? target.name : target.item.name
    const reason = `it is new and starts with the address of ${pointee}, which no CPU would see: of a module, the kernel does not relocate the initial values of variables per CPU`
    return [{ code: 'percpu-pointer', unit, subject: item.name, reason }]
  })
}
