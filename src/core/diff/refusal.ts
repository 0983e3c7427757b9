import type { MemberChange } from '../types/mod.ts'

/** Why a change cannot become a live patch, said to the patch's author. */

export const REFUSALS = {
  'not-traceable': 'rewrite the fix so that a traceable caller changes instead',
  'data-changed':
    'the running kernel holds its own copy, which the patch does not touch: where it is writable and nothing has a reason to have changed it, pass --set-data with its name; else set it from a callback and mark it KMEND_IGNORE_DATA (kmend/livepatch.h), or leave it as it is',
  'data-not-settable':
    'do without --set-data: set it from a callback that knows who uses it, and mark it KMEND_IGNORE_DATA (kmend/livepatch.h), or leave it as it is',
  'data-resized':
    'the running kernel holds the smaller or larger one: keep its type, and keep new state in a variable of its own, or in a shadow variable (KMEND_SHADOW of kmend/livepatch.h) where it belongs to an object',
  'data-retyped':
    'the running kernel holds a value of the old type: leave the variable as it is, and keep the new state in a variable of its own',
  'static-local-ambiguous':
    'give the static variable a name of its own at file level; where it is a mark of DO_ONCE, do what that guards under a mark of your own',
  'init-reference': 'that code or data is freed once the kernel or module has started: do not refer to it from a function that is replaced',
  'init-state':
    'the init code has run already and will not run again: set the data up in a pre-patch callback (KMEND_PRE_PATCH_CALLBACK of kmend/livepatch.h), or where it is first used',
  'exit-state':
    'exit code cannot be replaced: clean the data up in a post-unpatch callback (KMEND_POST_UNPATCH_CALLBACK of kmend/livepatch.h), or keep it in a struct whose release is replaced',
  'layout-changed':
    'keep the layout and put new members into a shadow variable (KMEND_SHADOW of kmend/livepatch.h), or, if no old object can reach the new code, pass --allow-layout with the name',
  'alias-split': 'in the running kernel both names are one function, which is replaced as a whole: keep them one, or change the callers',
  'caller-removed':
    'leave the called function as it is, or keep the removed one: change what it does, and leave its name and its call (noinline keeps the compiler from dissolving it)',
  'thread-loop':
    'patch a function that it calls instead, or leave it as it is; where no such thread runs on the machines that it is for, pass --allow-thread-loop with its name',
  'tangled-code': 'this code branches into its neighbour without a relocation: change a caller that lives in an ordinary section instead',
  'run-pre-mismatch': 'check that the kernel image, its source and the compiler belong together; leave this function as it is otherwise',
  'symbol-not-found': 'use a function or variable that the running kernel has',
  'address-unclear': 'leave the section mark (such as __read_mostly) off the new variable: it gets a section of its own then',
  'already-there': 'leave the function or variable in the file where the running kernel has it, or give the new one another name',
  'symbol-ambiguous': 'several symbols have this name and nothing tells them apart: avoid the reference',
  'prototype-changed':
    'leave the old function as it is and add one of another name with the new parameters, or replace all of its callers in the same patch',
  'module-not-needed':
    'keep the code within one module, or within modules that need each other: the patch cannot load a module, and without it the name leads nowhere',
  'mark-unknown': 'name a function or variable that the compiled file has; for an inlined function, name those that hold it',
  'mark-unfit': 'take the mark (a macro of kmend/livepatch.h) off, or put it on something that it fits',
  'callback-twice': 'keep one: call the other from it, or move both into one file of the patch',
  'key-in-module':
    'the kernel rewrites such branches before the module can be reached: test the key in an ordinary way (static_key_enabled)',
  'key-read-only':
    'the kernel writes into the key while the live patch loads, and would fault: test the key in an ordinary way (static_key_enabled)',
  'late-reference': 'keep the reference out of code that has alternatives: call a function of the patch that makes the reference',
  'percpu-pointer':
    'begin without the pointer, and set it for each CPU (for_each_possible_cpu) in a pre-patch callback (KMEND_PRE_PATCH_CALLBACK of kmend/livepatch.h), or where it is first used',
  'no-landing-pad': 'add a small function to the patch that calls it, and take the address of that one',
  'unknown-table':
    'leave this function as it is, and change one that calls it or is called by it instead; please report the section that the reason names',
  'ids-changed': 'leave the list as it is; look up by its name (btf_find_by_name_kind) what it lacks, where it is used',
  'runtime-constant': 'leave this function as it is, and change one that calls it or is called by it instead',
} as const satisfies Record<string, string>

export type RefusalCode = keyof typeof REFUSALS

export interface Refusal {
  readonly code: RefusalCode
  /** Source path of the unit. */
  readonly unit: string
  /** The function, variable or type. */
  readonly subject: string
  readonly reason: string
  /** What the author can do here, where that is not what the code advises in general. */
  readonly advice?: string | undefined
  /** Of a changed type: what changed, and who goes by it. */
  readonly layout?: RefusedLayout
}

/** What the author can do about a refusal. */
export function adviceOn({ code, advice }: Refusal): string {
  return advice ?? REFUSALS[code]
}

export interface RefusedLayout {
  readonly oldSizeBytes: number
  readonly newSizeBytes: number
  readonly members: readonly MemberChange[]
  /** Functions and data that the patch brings. */
  readonly seenBy: readonly { readonly unit: string; readonly function: string }[]
}

/** Something that was left out of the patch on purpose; the author should know. */
export interface Note {
  readonly unit: string
  readonly subject: string
  readonly text: string
}
