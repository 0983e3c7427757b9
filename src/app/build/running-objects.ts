import { Fault } from '../../core/base/mod.ts'
import type { ElfFile } from '../../core/elf/mod.ts'
import {
  type Btf,
  type KernelSymbol,
  type UnitOwner,
  isBuiltIn,
  parseKconfig,
  readBtf,
  readBuildId,
  readKallsyms,
  readModuleFile,
} from '../../core/kernel/mod.ts'
import { VMLINUX } from '../../core/klp/mod.ts'
import { type RunningObject, hasLandingPads, runningModule, runningVmlinux } from '../../core/runpre/mod.ts'
import type { CachedKernel } from '../kernel/mod.ts'
import type { BuildPorts } from './ports.ts'
import { readObject } from './read-object.ts'

/** The shipped kernel: its image, and its modules as they are asked for. */
export interface ShippedKernel {
  readonly vmlinux: ElfFile
  readonly kallsyms: readonly KernelSymbol[]
  readonly btf: Btf
  readonly object: (owner: UnitOwner) => Promise<RunningObject>
}

/** Options that put a type's hash before each function and check it where a function is called by pointer: that is not carried yet. */
const UNSUPPORTED = ['CFI_CLANG']

/** Asks the configuration, not the version. Faults: kernel/unsupported. */
export async function checkConfig(kernel: CachedKernel, ports: BuildPorts): Promise<void> {
  const config = parseKconfig(await ports.files.readText(kernel.paths.config))
  const found = UNSUPPORTED.filter((option) => isBuiltIn(config, option))
  if (found.length === 0) return
  throw new Fault(
    'kernel/unsupported',
    `Cannot build for ${kernel.target.release} yet: it is configured with ${found.map((option) => `CONFIG_${option}`).join(', ')}`,
    {
      in: kernel.paths.config,
      try: 'build for a kernel without these options, such as those of the 6.1 line',
    },
  )
}

/** Faults: kernel/mismatch when the image is not the one that the cache was prepared for. */
export async function openShipped(kernel: CachedKernel, ports: BuildPorts): Promise<ShippedKernel> {
  const { paths, target } = kernel
  const vmlinux = await readObject(paths.vmlinux, ports)
  const buildId = readBuildId(vmlinux)
  if (buildId !== target.buildId) {
    throw new Fault(
      'kernel/mismatch',
      `Cannot build for ${target.release}: the image has build-id ${buildId ?? 'none'}, the cache says ${target.buildId}`,
      {
        in: paths.vmlinux,
        try: `kmend kernel remove ${target.release}, then kmend kernel add ${target.release}`,
      },
    )
  }
  const section = vmlinux.sections.find(({ name }) => name === '.BTF')
  if (section === undefined)
    throw new Fault('kernel/btf', 'Cannot build for this kernel: its image holds no type information (CONFIG_DEBUG_INFO_BTF)', {
      in: paths.vmlinux,
    })
  const btf = readBtf(section.data, `${paths.vmlinux}, .BTF`)
  return shippedKernel({ vmlinux, kallsyms: readKallsyms(vmlinux), btf, modules: paths.modules }, ports)
}

/** Opens each object once, when it is first wanted. `modules` is the folder that holds them. */
export function shippedKernel(
  { modules, ...image }: Pick<ShippedKernel, 'vmlinux' | 'kallsyms' | 'btf'> & { readonly modules: string },
  ports: Pick<BuildPorts, 'readModule'>,
): ShippedKernel {
  const { vmlinux, kallsyms } = image
  const objects = new Map<string, Promise<RunningObject>>()
  const open = async (owner: UnitOwner): Promise<RunningObject> => {
    if (owner.kind !== 'module') return runningVmlinux(vmlinux, kallsyms)
    const path = `${modules}/kernel/${owner.path}`
    const module = readModuleFile(await ports.readModule(path), path).elf
    return runningModule({ name: owner.name, module, hasLandingPads: hasLandingPads(vmlinux) })
  }
  return {
    ...image,
    object(owner) {
      const name = owner.kind === 'module' ? owner.name : VMLINUX
      const known = objects.get(name) ?? open(owner)
      objects.set(name, known)
      return known
    },
  }
}
