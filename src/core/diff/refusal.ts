/** Why a change cannot become a live patch, said to the patch's author. */

export const REFUSALS = {
  'not-traceable': 'rewrite the fix so that a traceable caller changes instead',
  'data-changed':
    'the running kernel holds its own copy, which the patch does not touch: set the value from a pre-patch callback, or leave the data as it is',
  'data-resized': 'the running kernel holds the smaller or larger one: keep its type, and keep new state in a variable of its own',
  'static-local-ambiguous': 'give the static variable a name of its own at file level',
  'init-reference': 'that code or data is freed once the kernel or module has started: do not refer to it from a function that is replaced',
  'init-state': 'the init code has run already and will not run again: set the data up where it is first used',
  'layout-changed':
    'keep the layout (shadow variables hold new members), or, if no old object can reach the new code, pass --allow-layout with the name',
  'tangled-code': 'this code branches into its neighbour without a relocation: change a caller that lives in an ordinary section instead',
  'run-pre-mismatch': 'check that the kernel image, its source and the compiler belong together; leave this function as it is otherwise',
  'symbol-not-found': 'use a function or variable that the running kernel has',
  'address-unclear': 'leave the section mark (such as __read_mostly) off the new variable, or declare it elsewhere in the file',
  'already-there': 'leave the function or variable in the file where the running kernel has it, or give the new one another name',
  'symbol-ambiguous': 'several symbols have this name and nothing tells them apart: avoid the reference',
  'module-not-needed':
    'keep the code within one module, or within modules that need each other: the patch cannot load a module, and without it the name leads nowhere',
  'key-in-module':
    'a jump label or static call that the loader resolves early cannot refer to a key inside a loadable module: test the key in an ordinary way',
} as const satisfies Record<string, string>

export type RefusalCode = keyof typeof REFUSALS

export interface Refusal {
  readonly code: RefusalCode
  /** Source path of the unit. */
  readonly unit: string
  /** The function, variable or type. */
  readonly subject: string
  readonly reason: string
}

/** Something that was left out of the patch on purpose; the author should know. */
export interface Note {
  readonly unit: string
  readonly subject: string
  readonly text: string
}
