import { Fault } from '../base/mod.ts'
import { type Recipe, commandText } from './dry-run.ts'
import { moduleNameOfPath } from './module-file.ts'
import { splitShellLine } from './shell-words.ts'
import { type UnitCommand, type UnitCommands, type UnitOwner, plainPath } from './unit-commands.ts'

/** The compile commands of every C unit in a dry run of `make vmlinux modules`. Faults: kernel/commands. */
export function collectUnits(recipes: readonly Recipe[]): UnitCommands {
  const owners = collectModuleOwners(recipes)
  const compiled = recipes
    .filter(({ kind, target }) => kind === 'CC' && target.endsWith('.o') && !target.startsWith('scripts/'))
    .map(parseCompile)
  const delayed = delayedObjtool(recipes)
  const units = compiled.flatMap((unit) => (unit === undefined ? [] : [own(unit, owners, delayed)]))
  if (units.length === 0) {
    throw new Fault('kernel/commands', 'Cannot find a single compile command in what kbuild printed', {
      try: "see the first lines of dry-run.err in the kernel's folder of the cache: a tool that kbuild needs may be missing",
    })
  }
  return { units }
}

type Compiled = Omit<UnitCommand, 'owners'> & { readonly isModule: boolean }

function parseCompile(recipe: Recipe): Compiled | undefined {
  const [compiler = [], after = []] = splitShellLine(commandText(recipe))
  const source = compiler.at(-1) ?? ''
  if (!source.endsWith('.c')) return undefined
  const outputAt = compiler.lastIndexOf('-o')
  const kept = compiler.filter(
    (word, index) => index !== outputAt && index !== outputAt + 1 && index !== compiler.length - 1 && !word.startsWith('-Wp,-MMD,'),
  )
  const modname = /-DKBUILD_MODNAME="([^"]*)"/.exec(compiler.find((word) => word.startsWith('-DKBUILD_MODNAME=')) ?? '')?.[1] ?? ''
  return {
    source,
    output: recipe.target,
    compiler: kept,
    objtool: isObjtool(after) ? after.slice(0, -1) : [],
    modname,
    isModule: recipe.isModule,
  }
}

function isObjtool(command: readonly string[]): boolean {
  return command[0]?.endsWith('/objtool') === true
}

/**
 * Where kbuild gives objtool the linked module or vmlinux.o rather than each object (IBT, LTO), its flags without those of the link:
 * an object alone cannot tell which functions other objects take the address of, so `--ibt` must not seal them.
 */
function delayedObjtool(recipes: readonly Recipe[]): readonly string[] | undefined {
  for (const recipe of recipes) {
    if (recipe.kind !== 'LD' || !recipe.isModule) continue
    const objtool = splitShellLine(commandText(recipe)).find(isObjtool)
    if (objtool?.includes('--link') === true) return perObject(objtool.slice(0, -1))
  }
  return undefined
}

function perObject(objtool: readonly string[]): string[] {
  return objtool.filter((word) => word !== '--link' && word !== '--ibt' && word !== '--module')
}

function own(
  { isModule, ...unit }: Compiled,
  modules: ReadonlyMap<string, readonly UnitOwner[]>,
  delayed: readonly string[] | undefined,
): UnitCommand {
  // Only what is linked into vmlinux has the kernel's code model; the vDSO, real-mode and EFI stub code bring their own. The last one counts.
  const codeModel = unit.compiler.findLast((word) => word.startsWith('-mcmodel='))
  const builtIn: UnitOwner = codeModel === '-mcmodel=kernel' ? { kind: 'vmlinux' } : { kind: 'other' }
  const owners = isModule ? (modules.get(plainPath(unit.output)) ?? [ownerOfPath(unit.output)]) : [builtIn]
  if (delayed === undefined) return { ...unit, owners }
  const objtool = owners[0]?.kind === 'other' ? [] : isModule ? [...delayed, '--module'] : delayed
  return { ...unit, objtool, owners }
}

type ModuleOwner = UnitOwner & { readonly kind: 'module' }

const OBJECTS = /printf '%s\\n' +(.*?) \| awk .*?print\("([^"]*)"\$0\)/

/** Which modules an object is in, by the lists that kbuild links them from. */
function collectModuleOwners(recipes: readonly Recipe[]): Map<string, ModuleOwner[]> {
  const owners = new Map<string, ModuleOwner[]>()
  for (const recipe of recipes) {
    if (recipe.kind !== 'MOD') continue
    const [, names = '', folder = ''] = OBJECTS.exec(recipe.line) ?? []
    for (const name of names.split(/\s+/).filter((word) => word !== '')) {
      const object = plainPath(`${folder}${name}`)
      const owner = ownerOfPath(recipe.target)
      const known = owners.get(object) ?? []
      // Makefiles may list an object twice for one module.
      if (!known.some((other) => other.path === owner.path)) owners.set(object, [...known, owner])
    }
  }
  return owners
}

function ownerOfPath(path: string): ModuleOwner {
  return { kind: 'module', name: moduleNameOfPath(path), path: path.replace(/\.(mod|o)$/, '.ko') }
}
