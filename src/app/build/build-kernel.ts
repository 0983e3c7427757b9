import { type SymbolVersion, type UnitCommands, parseModuleSymvers, parseRelease, parseUnitCommands } from '../../core/kernel/mod.ts'
import { type CachedKernel, openKernel } from '../kernel/mod.ts'
import { findWeakDefaults, readThreads } from '../source/mod.ts'
import { type ModuleInventory, openInventory } from './module-inventory.ts'
import type { BuildPorts } from './ports.ts'
import { type Includes, type SourceKernel, readIncludes, readSourceIncludes } from './source-stage.ts'
import type { ThreadFunctions } from '../../core/source/mod.ts'
import { type ShippedKernel, checkConfig, openShipped } from './running-objects.ts'

/** A kernel of the cache with all that builds for it share: each part is read when it is first wanted, and once for however many builds. */
export interface BuildKernel extends CachedKernel {
  readonly commands: UnitCommands
  readonly includes: () => Promise<Includes>
  readonly sourceIncludes: SourceKernel['sourceIncludes']
  /** What the sources say of the kernel's threads. */
  readonly threads: () => Promise<ThreadFunctions>
  /** For each of these functions of which some unit has a weak definition, the source of that. */
  readonly weakDefaults: (names: readonly string[]) => Promise<ReadonlyMap<string, string>>
  /** How far up `../` of each folder's files reaches, in levels. */
  readonly upwardIncludes: () => Promise<Readonly<Record<string, number>>>
  /** Every exported symbol of the kernel and its modules. */
  readonly exports: () => Promise<readonly SymbolVersion[]>
  /** What its modules need of each other. */
  readonly inventory: () => Promise<ModuleInventory>
  readonly shipped: () => Promise<ShippedKernel>
  /** What its objects depend on besides the release: digests of sources that are none of its own. */
  readonly moreInputs: readonly string[]
  /** The programs that compile its units. */
  readonly toolchain: () => ReturnType<BuildPorts['toolchain']>
}

/** Faults: kernel/not-cached, kernel/incomplete, kernel/unsupported, kernel/commands. */
export async function openBuildKernel(release: string, ports: BuildPorts): Promise<BuildKernel> {
  const kernel = await openKernel(parseRelease(release), ports)
  await checkConfig(kernel, ports)
  const { paths, target } = kernel
  const commands = parseUnitCommands(await ports.files.readText(paths.commands), paths.commands)
  const sourceIncludes = once(() => readSourceIncludes(paths, ports))
  return {
    ...kernel,
    moreInputs: [],
    commands,
    includes: once(() => readIncludes(paths, ports)),
    sourceIncludes,
    threads: once(() => readThreads({ ...paths, commands }, ports)),
    weakDefaults: (names) => findWeakDefaults({ ...paths, commands, sourceIncludes }, names, ports),
    upwardIncludes: once(async () => JSON.parse(await ports.files.readText(paths.upwardIncludes)) as Record<string, number>),
    exports: once(async () => parseModuleSymvers(await ports.files.readText(paths.symvers), paths.symvers)),
    inventory: once(() => openInventory(kernel, ports)),
    shipped: once(() => openShipped(kernel, ports)),
    toolchain: once(() => ports.toolchain(target.compiler.program)),
  }
}

function once<T>(act: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined
  return () => (result ??= act())
}
