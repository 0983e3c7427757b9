import { Fault, areBytesEqual } from '../../core/base/mod.ts'
import type { Refusal } from '../../core/diff/mod.ts'
import {
  type ModuleFile,
  type UnitCommand,
  type UnitOwner,
  collectUnits,
  generatingRecipes,
  modinfoValue,
  moduleNameOfPath,
  parseDryRun,
  parseModuleSymvers,
  readModuleFile,
} from '../../core/kernel/mod.ts'
import { type RunningObject, hasLandingPads, runningModule } from '../../core/runpre/mod.ts'
import { elf } from '../../core/elf/mod.ts'
import { findWeakDefaults, readThreads } from '../source/mod.ts'
import type { BuildKernel } from './build-kernel.ts'
import type { BuildPorts } from './ports.ts'
import type { ExternalModuleRequest } from './request.ts'
import { readIncludes, readSourceIncludes } from './source-stage.ts'

export interface ExternalModule {
  readonly name: string
  /** Where its sources lie in the tree; patches count from there. */
  readonly prefix: string
  readonly file: ModuleFile
  readonly bytes: Uint8Array
  /** Its C files and headers, by path in its own folder. */
  readonly sources: readonly { readonly file: string; readonly sha256: string }[]
}

/** License texts that the kernel takes for compatible (include/linux/license.h). */
const FREE = ['GPL', 'GPL v2', 'GPL and additional rights', 'Dual BSD/GPL', 'Dual MIT/GPL', 'Dual MPL/GPL']

/**
 * The kernel with one more module: a tree of links in `folder` that holds a copy of the module's source as `external/<name>`, so that all that follows
 * goes the way of the kernel's own modules. Nothing is written to the source. Faults: module/license, module/source, kernel/mismatch, elf/malformed.
 */
export async function withExternalModule(
  kernel: BuildKernel,
  request: ExternalModuleRequest & { readonly folder: string },
  ports: BuildPorts,
): Promise<{ readonly kernel: BuildKernel; readonly external: ExternalModule }> {
  const { paths } = kernel
  const bytes = await ports.readModule(request.file)
  const file = readModuleFile(bytes, request.file)
  // The loader takes the name from the module itself; kbuild makes both alike.
  const name = file.name.replaceAll('-', '_')
  await checkModule(kernel, file, request.file, ports)
  const prefix = `external/${name}`
  const tree = `${request.folder}/tree`
  await ports.files.remove(request.folder)
  const folders = await ports.layModule({ tree: paths.tree, source: request.source, destination: tree, prefix })
  const units = await unitsOfModule(kernel, { ...request, name, tree, prefix }, ports)
  const commands = { units: [...units, ...kernel.commands.units] }
  const sourceIncludes = () => readSourceIncludes({ folder: request.folder, tree }, ports)
  const external = { name, prefix, file, bytes, sources: await digestSources(`${tree}/${prefix}`, ports) }
  return {
    external,
    kernel: {
      ...kernel,
      paths: { ...paths, folder: request.folder, tree, originals: `${request.folder}/originals` },
      commands,
      moreInputs: [ports.digest(JSON.stringify([external.sources, units]))],
      includes: () => readIncludes({ folder: request.folder, tree }, ports),
      sourceIncludes,
      threads: () => readThreads({ folder: request.folder, tree, commands }, ports),
      weakDefaults: (names) => findWeakDefaults({ tree, commands, sourceIncludes }, names, ports),
      async upwardIncludes() {
        const own = folders.map((folder) => [folder, folder.split('/').length - 1] as const)
        return { ...(await kernel.upwardIncludes()), ...Object.fromEntries(own) }
      },
      ...overlay(kernel, external, request, ports),
    },
  }
}

/** Whether the live patch could be loaded beside it at all. */
async function checkModule({ target, paths }: BuildKernel, file: ModuleFile, path: string, ports: BuildPorts): Promise<void> {
  const license = modinfoValue(file.modinfo, 'license') ?? 'none'
  if (!FREE.includes(license)) {
    throw new Fault('module/license', `Cannot make a live patch of ${file.name}: its license is "${license}"`, {
      in: path,
      try: 'the kernel loads live patches under the GPL only, and this one would hold code of the module: its license has to allow that',
    })
  }
  const [shipped] = (await ports.moduleFiles(paths.modules)).toSorted()
  const vermagic = shipped === undefined ? undefined : readModuleFile(await ports.readModule(shipped), shipped).vermagic
  if (file.vermagic.split(' ')[0] === target.release && (vermagic === undefined || file.vermagic === vermagic)) return
  throw new Fault(
    'kernel/mismatch',
    `Cannot make a live patch of ${file.name} for ${target.release}: it was built for "${file.vermagic}"`,
    {
      in: path,
      try: 'give the module as it was built for this kernel, or name its kernel with --kernel',
    },
  )
}

interface Place extends ExternalModuleRequest {
  readonly folder: string
  readonly name: string
  readonly tree: string
  readonly prefix: string
}

/** The module's units as kbuild compiles them, by paths from the tree's root. Faults: module/source. */
async function unitsOfModule(
  kernel: BuildKernel,
  { source, folder, name, tree, prefix }: Place,
  ports: BuildPorts,
): Promise<UnitCommand[]> {
  const makefiles = await Promise.all(['Kbuild', 'Makefile'].map((file) => ports.files.exists(`${tree}/${prefix}/${file}`)))
  if (!makefiles.includes(true)) {
    throw new Fault('module/source', `Cannot tell how ${name} is built: its source has neither Kbuild nor Makefile`, {
      in: source,
      try: 'give the folder that make is told with M= when the module is built',
    })
  }
  const { paths, target } = kernel
  const options = { tree: paths.tree, release: target.release, compiler: target.compiler.program }
  const printed = await ports.kbuild.dryRun(['modules', `M=${tree}/${prefix}`], options, `${folder}/dry-run.err`)
  const recipes = parseDryRun(printed.replaceAll(`${tree}/${prefix}`, prefix))
  await ports.kbuild.runRecipes(
    generatingRecipes(recipes).map(({ line }) => line),
    tree,
  )
  const isCompiled = recipes.some(({ kind, target: object }) => kind === 'CC' && object.endsWith('.o'))
  const { units } = isCompiled ? collectUnits(recipes) : { units: [] }
  const isOwn = (owner: UnitOwner) => owner.kind === 'module' && owner.name === name
  const own = units.filter(({ owners }) => owners.some(isOwn))
  if (own.length === 0) {
    const built = [...new Set(units.flatMap(({ owners }) => owners.flatMap((owner) => (owner.kind === 'module' ? [owner.name] : []))))]
    throw new Fault('module/source', `Cannot find how ${name} is built: its source makes ${built.join(', ') || 'no module'}`, {
      in: source,
      try: `give the source of ${name}; what kbuild said is in ${folder}/dry-run.err`,
    })
  }
  // As for the kernel's own modules: where objtool waits for the link, its flags for single objects were found there.
  const objtool =
    kernel.commands.units.find(({ owners, objtool: words }) => owners[0]?.kind === 'module' && words.length > 0)?.objtool ?? []
  return own.map((unit) => ({ ...unit, objtool, owners: unit.owners.filter(isOwn) }))
}

async function digestSources(folder: string, ports: BuildPorts): Promise<ExternalModule['sources']> {
  const files = (await ports.cFiles(folder)).filter((file) => file !== '').toSorted()
  return Promise.all(files.map(async (file) => ({ file, sha256: await ports.digestFile(`${folder}/${file}`) })))
}

/** What the module adds to what is known of the kernel. */
function overlay(kernel: BuildKernel, { name, file }: ExternalModule, request: ExternalModuleRequest, ports: BuildPorts) {
  const isOwn = (owner: UnitOwner) => owner.kind === 'module' && owner.name === name
  const symvers = `${request.source}/Module.symvers`
  const depends = file.depends.map((depend) => moduleNameOfPath(depend))
  const imports = new Set(file.symbols.flatMap((symbol) => (symbol.section === elf.SHN.UNDEF ? [symbol.name] : [])))
  return {
    async exports() {
      const own = (await ports.files.exists(symvers)) ? parseModuleSymvers(await ports.files.readText(symvers), symvers) : []
      return [...(await kernel.exports()), ...own]
    },
    async inventory() {
      const inventory = await kernel.inventory()
      return {
        needs: (module: string, other: string) =>
          module === name ? depends.some((depend) => depend === other || inventory.needs(depend, other)) : inventory.needs(module, other),
        importersOf: (symbol: string) => [...inventory.importersOf(symbol), ...(imports.has(symbol) ? [name] : [])],
        pathOf: (module: string) => (module === name ? request.file : inventory.pathOf(module)),
      }
    },
    async shipped() {
      const shipped = await kernel.shipped()
      const running: RunningObject = runningModule({ name, module: file.elf, hasLandingPads: hasLandingPads(shipped.vmlinux) })
      return { ...shipped, object: (owner: UnitOwner) => (isOwn(owner) ? Promise.resolve(running) : shipped.object(owner)) }
    },
  }
}

/** Of a module that is none of the kernel's own it is the author who says which file and which source belong together. */
export function adviseOn(external: Pick<ExternalModule, 'name'> | undefined, refusal: Refusal): Refusal {
  if (external === undefined || refusal.code !== 'run-pre-mismatch') return refusal
  const advice = `check that the file that --module names was built from the very source that --module-source names, by the same compiler: build ${external.name} from it again, load that, and give that file; leave this function as it is otherwise`
  return { ...refusal, advice }
}

/** Writes the module beside the live patch, which is for this very file. */
export async function keepModule(external: ExternalModule, output: string, ports: BuildPorts): Promise<string> {
  const file = `external/${external.name}.ko`
  const path = `${output}/${file}`
  if (!(await ports.files.exists(path)) || !areBytesEqual(await ports.files.readBytes(path), external.bytes))
    await ports.files.write(path, external.bytes)
  return file
}
