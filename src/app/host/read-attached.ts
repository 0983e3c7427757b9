import { Fault } from '../../core/base/mod.ts'
import { type Attached, type LiveSymbols, attachedBy, parseKprobes, parseLiveSymbols, parseTracedFunctions } from '../../core/entry/mod.ts'
import type { HostPorts, SystemPort } from './ports.ts'

/** Where tracefs is, by the older way as well. */
const TRACING = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing']
const KPROBES = '/sys/kernel/debug/kprobes/list'

/** What is attached to the kernel's functions now, and whether its kprobes can be seen. Faults: host/hidden, host/not-root. */
export function readAttached(ports: Pick<HostPorts, 'system' | 'actor'>): Attached & { readonly areKprobesSeen: boolean } {
  return readAttachedWith(readKallsymsText(ports), ports)
}

/** The text of /proc/kallsyms. Faults: host/not-root. */
export function readKallsymsText({ system, actor }: Pick<HostPorts, 'system' | 'actor'>): string {
  if (actor.uid !== 0)
    throw new Fault('host/not-root', 'Cannot look into the running kernel: only root may', { try: 'run the same command with sudo' })
  return system.read('/proc/kallsyms') ?? ''
}

/** As `readAttached`, when the text of /proc/kallsyms is at hand: it takes the kernel a while. */
export function readAttachedWith(kallsyms: string, { system }: Pick<HostPorts, 'system'>): Attached & { readonly areKprobesSeen: boolean } {
  const symbols = parseSymbols(kallsyms)
  const traced = readTracing(system, 'enabled_functions')
  if (traced === undefined) {
    throw new Fault('host/hidden', 'Cannot tell what ftrace has attached to the functions of the kernel', {
      in: `${TRACING[0]}/enabled_functions`,
      try: 'mount -t tracefs tracefs /sys/kernel/tracing',
    })
  }
  const kprobes = system.read(KPROBES)
  return {
    ...attachedBy({ symbols, traced: parseTracedFunctions(traced), kprobes: parseKprobes(kprobes ?? '') }),
    areKprobesSeen: kprobes !== undefined,
  }
}

function parseSymbols(kallsyms: string): LiveSymbols {
  const symbols = parseLiveSymbols(kallsyms)
  if (symbols !== undefined) return symbols
  throw new Fault('host/hidden', 'Cannot tell where the functions of the kernel are: it hides its addresses', {
    in: '/proc/kallsyms',
    try: 'sysctl kernel.kptr_restrict=1, and run it as root with all capabilities',
  })
}

/** A file of tracefs; undefined when it is not there. */
export function readTracing(system: SystemPort, name: string): string | undefined {
  for (const folder of TRACING) {
    const text = system.read(`${folder}/${name}`)
    if (text !== undefined) return text
  }
  return undefined
}
