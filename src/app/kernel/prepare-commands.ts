import { Fault } from '../../core/base/mod.ts'
import { type Recipe, collectUnits, formatUnitCommands, generatingRecipes, parseDryRun, parseKconfig } from '../../core/kernel/mod.ts'
import type { KernelJob } from './job.ts'
import type { KernelPorts } from './ports.ts'

/** How kbuild compiles each unit, and the generated sources and headers that no package ships. Faults: kernel/commands, tool/missing. */
export async function prepareCommands({ release, paths }: KernelJob, ports: KernelPorts): Promise<void> {
  const config = parseKconfig(await ports.files.readText(`${paths.tree}/.config`))
  const program = config.get('CC_VERSION_TEXT')?.split(' ')[0]
  if (program === undefined)
    throw new Fault('kernel/commands', 'Cannot tell what compiled this kernel: CONFIG_CC_VERSION_TEXT is not set', { in: paths.config })
  const version = await ports.kbuild.compilerVersion(program)
  const kbuild = { tree: paths.tree, release: release.release, compiler: program }

  // The tools that generate sources come first: kbuild knows no way to make a file whose tool is not there.
  const tools = await ports.kbuild.dryRun(['scripts'], kbuild, `${paths.folder}/dry-run-scripts.err`)
  const failedTools = await generate(parseDryRun(tools), paths.tree, ports)
  ports.progress('asking kbuild how it compiles each unit')
  const recipes = parseDryRun(await ports.kbuild.dryRun(['vmlinux', 'modules'], kbuild, `${paths.folder}/dry-run.err`))
  ports.progress('generating sources and headers')
  const failed = [...failedTools, ...(await generate(recipes, paths.tree, ports))]

  const commands = collectUnits(recipes)
  await ports.files.write(paths.upwardIncludes, JSON.stringify(await ports.tree.upwardIncludes(paths.tree)))
  await ports.files.write(paths.commands, formatUnitCommands(commands))
  const modules = new Set(commands.units.flatMap(({ owners }) => owners.flatMap((owner) => (owner.kind === 'module' ? [owner.name] : []))))
  const notes = { compiler: { program, version }, unitCount: commands.units.length, moduleCount: modules.size, notGenerated: failed }
  await ports.files.write(`${paths.folder}/units.json`, JSON.stringify(notes))
}

/** Runs the recipes whose target is not there. Returns the targets of those that failed. */
async function generate(recipes: readonly Recipe[], tree: string, ports: KernelPorts): Promise<string[]> {
  const wanted = generatingRecipes(recipes)
  const missing: Recipe[] = []
  for (const recipe of wanted) if (!(await ports.files.exists(`${tree}/${recipe.target}`))) missing.push(recipe)
  const failed = await ports.kbuild.runRecipes(
    missing.map((recipe) => recipe.line),
    tree,
  )
  return failed.flatMap(({ line }) => missing.filter((recipe) => recipe.line === line).map((recipe) => recipe.target))
}
