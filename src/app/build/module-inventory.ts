import { elf } from '../../core/elf/mod.ts'
import { moduleNameOfPath, readModuleFile } from '../../core/kernel/mod.ts'
import type { CachedKernel } from '../kernel/mod.ts'
import type { BuildPorts } from './ports.ts'

/** The modules that a kernel ships: what each needs of others. */
export interface ModuleInventory {
  /** Whether a module cannot be loaded without another one. Names as in /sys/module. */
  readonly needs: (module: string, other: string) => boolean
  /** Modules that import a symbol, sorted. */
  readonly importersOf: (symbol: string) => readonly string[]
  /** Where a module's file lies, without the suffix of a compression; undefined for none of the kernel's. */
  readonly pathOf: (module: string) => string | undefined
}

interface InventoryFile {
  readonly format: 'kmend-module-imports-1'
  readonly modules: readonly ShippedModule[]
}

interface ShippedModule {
  readonly name: string
  /** Below the kernel's folder of modules. */
  readonly path: string
  readonly depends: readonly string[]
  readonly imports: readonly string[]
}

/** Reads all modules of a kernel once and keeps what they import beside the kernel. Faults: elf/malformed. */
export async function openInventory({ paths }: CachedKernel, ports: BuildPorts): Promise<ModuleInventory> {
  const kept = `${paths.folder}/module-imports.json`
  const modules = (await readKept(kept, ports)) ?? (await readAll(paths.modules, ports))
  await ports.files.write(kept, JSON.stringify({ format: 'kmend-module-imports-1', modules } satisfies InventoryFile))
  const byName = new Map(modules.map((module) => [module.name, module]))
  const importers = Map.groupBy(
    modules.flatMap(({ name, imports }) => imports.map((symbol) => ({ name, symbol }))),
    ({ symbol }) => symbol,
  )
  const reach = (module: string, seen = new Set<string>()): Set<string> => {
    for (const other of byName.get(module)?.depends ?? []) {
      if (seen.has(other)) continue
      seen.add(other)
      reach(other, seen)
    }
    return seen
  }
  return {
    needs: (module, other) => reach(module).has(other),
    importersOf: (symbol) => (importers.get(symbol) ?? []).map(({ name }) => name).toSorted(),
    pathOf(module) {
      const path = byName.get(module)?.path
      return path === undefined ? undefined : `${paths.modules}/${path}`
    },
  }
}

async function readKept(path: string, ports: BuildPorts): Promise<readonly ShippedModule[] | undefined> {
  if (!(await ports.files.exists(path))) return undefined
  const parsed = JSON.parse(await ports.files.readText(path)) as InventoryFile
  return parsed.format === 'kmend-module-imports-1' ? parsed.modules : undefined
}

async function readAll(folder: string, ports: BuildPorts): Promise<ShippedModule[]> {
  ports.progress("modules: reading what the kernel's modules import")
  const files = (await ports.moduleFiles(folder)).toSorted()
  const modules: ShippedModule[] = []
  const queue = files.entries()
  const work = async () => {
    for (const [index, file] of queue) {
      const path = file.replace(/\.(xz|zst|gz)$/, '')
      const module = readModuleFile(await ports.readModule(path), path)
      const imports = module.symbols.flatMap(({ name, section }) => (section === elf.SHN.UNDEF && name !== '' ? [name] : []))
      // The file's name is the module's; the two may differ in dashes.
      modules[index] = { name: moduleNameOfPath(path), path: path.slice(folder.length + 1), depends: module.depends.map(plain), imports }
    }
  }
  await Promise.all(Array.from({ length: READERS }, work))
  return modules
}

/** How many modules are unpacked at once. */
const READERS = 4

function plain(name: string): string {
  return name.replaceAll('-', '_')
}
