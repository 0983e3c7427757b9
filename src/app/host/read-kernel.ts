import { findBuildId } from '../../core/kernel/mod.ts'
import type { KernelFacts, LivepatchState, LoadedModule, PatchState } from '../../core/host/mod.ts'
import { PATHS } from './paths.ts'
import type { SystemPort } from './ports.ts'

/** What the running kernel says of itself. Reads /proc and /sys alone. */
export function readKernel(system: SystemPort): KernelFacts {
  const text = (path: string) => system.read(path)?.trim() ?? ''
  const lockdown = /\[(\w+)\]/.exec(text('/sys/kernel/security/lockdown'))?.[1] ?? 'none'
  return {
    release: text('/proc/sys/kernel/osrelease'),
    machine: text('/proc/sys/kernel/arch'),
    version: text('/proc/sys/kernel/version'),
    buildId: buildIdIn(system, '/sys/kernel/notes'),
    bootId: text('/proc/sys/kernel/random/boot_id'),
    uptimeMs: system.uptimeMs(),
    commandLine: text('/proc/cmdline').split(' '),
    livepatch: readLivepatch(system),
    modules: readModules(system),
    signatures: { isEnforced: text('/sys/module/module/parameters/sig_enforce') === 'Y' || lockdown !== 'none', lockdown },
  }
}

/** The live patches that are loaded; undefined when the kernel has no live patching. */
export function readLivepatch(system: SystemPort): LivepatchState | undefined {
  // A kernel with live patching has the folder also while no live patch is loaded.
  if (!system.names('/sys/kernel').includes('livepatch')) return undefined
  return {
    patches: system.names(PATHS.livepatch).map((name) => readPatch(system, name)),
    tracedFunctions: linesOf(system.read('/sys/kernel/tracing/enabled_functions')).map((line) => line.split(' ')[0] ?? ''),
    taint: Number(system.read('/proc/sys/kernel/tainted') ?? 0),
    modules: linesOf(system.read('/proc/modules')).map((line) => line.split(' ')[0] ?? ''),
  }
}

function readPatch(system: SystemPort, name: string): PatchState {
  const folder = `${PATHS.livepatch}/${name}`
  const isOne = (path: string) => system.read(path)?.trim() === '1'
  const objects = system.names(folder).filter((object) => system.read(`${folder}/${object}/patched`) !== undefined)
  return {
    name,
    isEnabled: isOne(`${folder}/enabled`),
    isInTransition: isOne(`${folder}/transition`),
    objects: objects.map((object) => ({
      name: object,
      isPatched: isOne(`${folder}/${object}/patched`),
      functions: system.names(`${folder}/${object}`).filter((entry) => entry !== 'patched'),
    })),
  }
}

function readModules(system: SystemPort): Map<string, LoadedModule> {
  return new Map(
    linesOf(system.read('/proc/modules')).map((line) => {
      const [name = '', , refcount = ''] = line.split(' ')
      return [name, { refcount: Number(refcount), buildId: buildIdIn(system, `/sys/module/${name}/notes/.note.gnu.build-id`) }]
    }),
  )
}

function buildIdIn(system: SystemPort, path: string): string | undefined {
  const notes = system.readBytes(path)
  return notes === undefined ? undefined : findBuildId(notes, path)
}

function linesOf(text: string | undefined): string[] {
  return (text ?? '').split('\n').filter((line) => line !== '')
}
