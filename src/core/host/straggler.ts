/** Tasks that keep a transition from ending: they still run, or sleep in, the code of the other side. */

export interface Straggler {
  readonly tid: number
  readonly name: string
  /** Innermost function first, as far as the kernel shows it: `kauditd_thread+0x1a/0x2b0`. */
  readonly stack: readonly string[]
}

/** Where a task stands, as /proc/<pid>/task/<tid>/patch_state has it while there is a transition. */
export type PatchSide = 'unpatched' | 'patched'

const STATE: Readonly<Record<PatchSide, number>> = { unpatched: 0, patched: 1 }

/** A shell script that prints the tasks of a side in the form that `parseStragglers` reads. */
export function stragglerScript(side: PatchSide): string {
  return `for t in /proc/[0-9]*/task/*; do
  [ "$(cat $t/patch_state 2>/dev/null)" = ${STATE[side]} ] || continue
  echo "task \${t##*/} $(cat $t/comm)"
  head -n 3 $t/stack | sed 's/^/frame /'
done
`
}

export function parseStragglers(text: string): Straggler[] {
  const found: { tid: number; name: string; stack: string[] }[] = []
  for (const line of text.split('\n')) {
    const [, tid = '', name = ''] = /^task (\d+) (.*)$/.exec(line) ?? []
    const frame = /^frame \[<\w+>\] (\S+)/.exec(line)?.[1]
    if (tid !== '') found.push({ tid: Number(tid), name, stack: [] })
    else if (frame !== undefined) found.at(-1)?.stack.push(frame)
  }
  return found
}

export function formatStraggler({ tid, name, stack }: Straggler): string {
  const frames = stack.map((frame) => frame.replace(/\+.*/, ''))
  return `${name} (task ${tid})${frames.length === 0 ? '' : `, in ${frames.join(' < ')}`}`
}
