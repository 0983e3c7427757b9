import { decodeInstructions } from '../arch/mod.ts'
import type { ElfFile } from '../elf/mod.ts'
import { wholeName } from './dependents.ts'
import type { Item } from './item.ts'
import { type ObjectView, viewObject } from './object-view.ts'
import { targetsWithinSection } from './section-branches.ts'
import type { SpecialTable } from './special-sections.ts'

/**
 * The cold part of one of these functions from which a task comes back. The livepatch core looks on stacks for the range of a function's own symbol
 * (klp_check_stack_func in kernel/livepatch/transition.c), and its cold part lies elsewhere: who sleeps or is preempted there is not seen to be in the function.
 */
export function findUnseenColdPart(object: ElfFile, functions: ReadonlySet<string>, tables: readonly SpecialTable[]): string | undefined {
  const view = viewObject(object, tables)
  return [...view.coldPartOf.keys()].find((cold) => functions.has(wholeName(cold)) && comesBack(view, cold))?.name
}

/** Whether it goes on in another function of the file, its own for one, or returns, rather than end in a trap or in what never returns. */
function comesBack(view: ObjectView, cold: Item): boolean {
  const leaves = (view.references.get(cold) ?? []).some(
    ({ isBranch, target }) => isBranch && (target.kind === 'item' ? target.item !== cold : target.name === '__x86_return_thunk'),
  )
  return leaves || targetsWithinSection(view, cold).some(({ item }) => item !== cold) || jumpsByRegister(cold)
}

/** By a return, or to where a register says. */
function jumpsByRegister({ data }: Item): boolean {
  return decodeInstructions(data).some(({ endsRun, isDirectBranch }) => endsRun && !isDirectBranch)
}
