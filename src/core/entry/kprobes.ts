/** A line of /sys/kernel/debug/kprobes/list (report_probe() of kernel/kprobes.c). */
export interface Kprobe {
  readonly address: bigint
  readonly kind: 'probe' | 'return probe'
  /** `function+0x10`, as the kernel names the place. */
  readonly place: string
  /** `vmlinux`, or the module. */
  readonly object: string
  readonly isDisabled: boolean
  /** Not a breakpoint of its own: it goes by ftrace, or a jump takes its place. */
  readonly by: 'breakpoint' | 'ftrace' | 'jump'
}

/** `address  k|r  function+0x10 [module] [DISABLED][OPTIMIZED][FTRACE]`. Probes whose module has gone are left out. */
export function parseKprobes(text: string): Kprobe[] {
  return text.split('\n').flatMap((line) => {
    const [, address, kind, place, object = 'vmlinux', marks = ''] =
      /^(?:0x)?([0-9a-f]+)\s+([kr])\s+(\S+)\s*(?:(?!\[(?:GONE|DISABLED|OPTIMIZED|FTRACE)\])\[?([^\s\]]+)\]?)?\s*(.*)$/.exec(line) ?? []
    if (address === undefined || place === undefined || marks.includes('[GONE]')) return []
    return {
      address: BigInt(`0x${address}`),
      kind: kind === 'r' ? ('return probe' as const) : ('probe' as const),
      place,
      object,
      isDisabled: marks.includes('[DISABLED]'),
      by: marks.includes('[FTRACE]') ? ('ftrace' as const) : marks.includes('[OPTIMIZED]') ? ('jump' as const) : ('breakpoint' as const),
    }
  })
}

/** Kprobes anywhere within a function, whose name they give. */
export function kprobesIn(probes: readonly Kprobe[], { name, object }: { readonly name: string; readonly object: string }): Kprobe[] {
  return probes.filter((probe) => probe.object === object && probe.place.replace(/\+0x[0-9a-f]+$/, '') === name)
}
