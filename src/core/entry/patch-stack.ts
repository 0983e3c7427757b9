/**
 * Which of several live patches of one function is called: the one that was applied last lies on top of the others (func_stack of kernel/livepatch/patch.c).
 */
export interface PatchStack {
  /** The one on top first. */
  readonly names: readonly string[]
  /**
   * How the order is known. The kernel says it since 6.14 (`stack_order`); else it is the order of loading, from /proc/modules, whose first line is the
   * last module loaded: a live patch is applied while its module loads, and one at a time. `unknown` when neither has them all.
   */
  readonly knownBy: 'only one' | 'stack_order' | 'order of loading' | 'unknown'
}

export interface StackedPatch {
  readonly name: string
  /** Higher is nearer the top; undefined where the kernel does not say. */
  readonly stackOrder: number | undefined
}

export function stackOf(patches: readonly StackedPatch[], modules: readonly string[]): PatchStack {
  const names = patches.map(({ name }) => name)
  if (names.length < 2) return { names, knownBy: 'only one' }
  if (patches.every(({ stackOrder }) => stackOrder !== undefined)) {
    const sorted = patches.toSorted((a, b) => (b.stackOrder ?? 0) - (a.stackOrder ?? 0))
    return { names: sorted.map(({ name }) => name), knownBy: 'stack_order' }
  }
  if (!names.every((name) => modules.includes(name))) return { names, knownBy: 'unknown' }
  return { names: names.toSorted((a, b) => modules.indexOf(a) - modules.indexOf(b)), knownBy: 'order of loading' }
}
