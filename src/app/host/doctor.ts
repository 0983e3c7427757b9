import { kprobesIn } from '../../core/entry/mod.ts'
import {
  type DoctorFacts,
  type Finding,
  type HeldFunction,
  type KernelFacts,
  type WantedPatch,
  examineHost,
  parseStack,
} from '../../core/host/mod.ts'
import { UNPACK_TOOLS, findPayload, parseKconfig } from '../../core/kernel/mod.ts'
import { PATHS } from './paths.ts'
import type { HostPorts, SystemPort } from './ports.ts'
import { readAttached } from './read-attached.ts'
import { readCandidate } from './read-candidate.ts'
import { readKernel } from './read-kernel.ts'

/** Looks at everything that decides whether this host can be live patched, with a live patch that is to come when one is given. */
export async function examine(patch: string | undefined, ports: HostPorts): Promise<Finding[]> {
  const { system, host, actor } = ports
  const kernel = readKernel(system)
  const foreignModules = findForeign(kernel, system)
  const config = await host.kernelConfig(kernel.release)
  const facts: DoctorFacts = {
    kernel,
    config: config === undefined ? undefined : parseKconfig(config),
    isFtraceOn: readSwitch('/proc/sys/kernel/ftrace_enabled', system),
    areModulesOff: readSwitch('/proc/sys/kernel/modules_disabled', system) === true,
    secureBoot: readSecureBoot(system),
    keys: readKeys(system),
    foreignModules,
    foreignThreads: actor.uid === 0 ? threadsIn(new Set(foreignModules), system) : undefined,
    wanted: patch === undefined ? undefined : await readWanted(patch, kernel, ports),
    availableMemoryBytes: readAvailable(system),
    state: { folder: PATHS.record.replace(/\/[^/]*$/, ''), freeBytes: await host.freeBytes(PATHS.record) },
    nowMs: ports.nowMs(),
    isClockSynchronised: await host.isClockSynchronised(),
    missingPrograms: await missingPrograms(kernel.release, ports),
  }
  return examineHost(facts)
}

function readSwitch(path: string, system: SystemPort): boolean | undefined {
  const text = system.read(path)?.trim()
  return text === undefined ? undefined : text !== '0'
}

/** A variable of the firmware: four bytes of attributes, then its value. UEFI specification, 3.3. */
function readSecureBoot(system: SystemPort): DoctorFacts['secureBoot'] {
  if (!system.names('/sys/firmware').includes('efi')) return 'none'
  const variable = system.readBytes('/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c')
  return variable?.at(-1) === 1 ? 'on' : 'off'
}

/** Certificates among /proc/keys: `… asymmetri Name: fingerprint: X509.rsa …`. */
function readKeys(system: SystemPort): string[] | undefined {
  const text = system.read('/proc/keys')
  return text === undefined ? undefined : [...text.matchAll(/ asymmetri (.+?)(?:: [0-9a-f]{8,})?: X509/g)].map(([, name = '']) => name)
}

/** Modules with the taint O (out of the kernel's tree) that are no live patches (K). */
function findForeign({ modules }: KernelFacts, system: SystemPort): string[] {
  return [...modules.keys()].filter((name) => {
    const taint = system.read(`/sys/module/${name}/taint`) ?? ''
    return taint.includes('O') && !taint.includes('K')
  })
}

function threadsIn(modules: ReadonlySet<string>, system: SystemPort): NonNullable<DoctorFacts['foreignThreads']> {
  if (modules.size === 0) return []
  return system.names('/proc').flatMap((pid) => {
    // A kernel thread has no command line.
    if (!/^\d+$/.test(pid) || system.read(`/proc/${pid}/cmdline`) !== '') return []
    const frames = parseStack(system.read(`/proc/${pid}/stack`) ?? '')
    const module = frames.map((frame) => / \[(\w+)\]$/.exec(frame)?.[1]).find((name) => name !== undefined && modules.has(name))
    return module === undefined ? [] : [{ pid: Number(pid), name: system.read(`/proc/${pid}/comm`)?.trim() ?? '', module }]
  })
}

async function readWanted(path: string, { release }: KernelFacts, ports: HostPorts): Promise<WantedPatch> {
  const { candidate } = await readCandidate(path, release, ports)
  const functions = candidate.promise?.functions ?? []
  return {
    name: candidate.name,
    isSigned: candidate.isSigned,
    release: candidate.release,
    held: functions.length === 0 || ports.actor.uid !== 0 ? [] : heldFunctions(functions, ports),
  }
}

/** What else is attached to these functions (`object:function,sympos`). Live patches are not counted: they may stand on one another. */
function heldFunctions(functions: readonly string[], ports: HostPorts): HeldFunction[] {
  const attached = readAttached(ports)
  return functions.flatMap((text) => {
    const func = text.replace(/,\d+$/, '')
    const [object = '', name = ''] = func.split(':')
    const traced = attached.traced.get(func) ?? []
    const redirecting = traced.filter(
      ({ flags, handlers }) => flags.includes('redirects') && !handlers.includes('klp_ftrace_handler') && handlers.length > 0,
    )
    return [
      ...redirecting.map(({ handlers }) => ({ func, by: 'redirect' as const, holder: handlers.join(', ') })),
      ...traced.flatMap(({ direct }) => (direct === undefined ? [] : [{ func, by: 'BPF' as const, holder: direct }])),
      ...kprobesIn(attached.kprobes, { name, object }).map(({ place }) => ({ func, by: 'kprobe' as const, holder: place })),
    ]
  })
}

function readAvailable(system: SystemPort): number | undefined {
  const kib = /^MemAvailable:\s+(\d+) kB/m.exec(system.read('/proc/meminfo') ?? '')?.[1]
  return kib === undefined ? undefined : Number(kib) * 1024
}

const PROGRAMS = [
  { name: 'insmod', package: 'kmod', use: 'it loads live patches', isVital: true },
  { name: 'rmmod', package: 'kmod', use: 'without it a live patch that was taken off is applied again only after a boot', isVital: false },
  { name: 'modinfo', package: 'kmod', use: 'kmend patches asks it about modules of others', isVital: false },
]

async function missingPrograms(release: string, { files, host }: HostPorts): Promise<DoctorFacts['missingPrograms']> {
  const image = `/boot/vmlinuz-${release}`
  const payload = (await files.exists(image)) ? findPayload(await files.readBytes(image), image) : undefined
  const compression = payload?.compression
  const unpacker =
    compression !== undefined && compression in UNPACK_TOOLS ? UNPACK_TOOLS[compression as keyof typeof UNPACK_TOOLS] : undefined
  const needed =
    unpacker === undefined
      ? PROGRAMS
      : [
          ...PROGRAMS,
          { name: unpacker.tool, package: unpacker.package, use: `kmend inspect --all unpacks ${image} with it`, isVital: false },
        ]
  return needed.filter(({ name }) => !host.hasProgram(name))
}
