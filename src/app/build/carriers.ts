import type { ManifestChange } from '../../core/bundle/mod.ts'
import { sourceName, wholeName } from '../../core/diff/mod.ts'
import { type UnitCommand, sourceFile } from '../../core/kernel/mod.ts'
import type { BroughtFunction } from '../../core/klp/mod.ts'
import { type Caller, type ChangedPlace, type Inlining, callersInText, holdersOf, parseInlining } from '../../core/source/mod.ts'
import type { DiffedUnit } from './diff-stage.ts'
import { inliningPath, objectPath } from './compile-stage.ts'
import type { BuildPorts } from './ports.ts'
import { readObject } from './read-object.ts'
import type { CompiledSide } from './typed-unit.ts'

/**
 * For each function that the fix changes in the source, the compiled functions that carry it: itself, its clones, and what it was inlined into. A
 * place outside functions carries no name: what it changes is seen by the functions that came out otherwise.
 */
export async function findCarriers(
  places: readonly ChangedPlace[],
  units: readonly DiffedUnit[],
  patched: CompiledSide,
  ports: BuildPorts,
): Promise<ManifestChange[]> {
  const sources = places.flatMap(({ file, function: source }) => (source === undefined ? [] : [file]))
  const callers = await readCallers([...sources, ...units.map(({ unit }) => sourceFile(unit))], patched.tree, ports)
  const compiled = await Promise.all(
    units.map(async ({ unit, diff }) => {
      const functions = diff.inclusion.carried.filter(({ kind }) => kind === 'function').map(wholeName)
      const { reported, symbols } = await readCompiled(unit, patched.objects, ports)
      const inliningOf = memoize((file: string) => {
        const texts = [...new Set([file, sourceFile(unit)])].flatMap((path) => callers.get(path) ?? [])
        return withUnreported(reported, texts, symbols)
      })
      const names = new Set([...functions.map(sourceName), ...reported.keys()])
      const isKnown = (name: string, file: string) =>
        names.has(name) || [file, sourceFile(unit)].some((path) => callers.get(path)?.has(name))
      return { unit, inliningOf, isKnown, functions: [...new Set(functions)] }
    }),
  )
  const unitFiles = new Set(units.map(({ unit }) => sourceFile(unit)))
  return places.map(({ file, function: source, from, to }) => {
    const carriedBy = compiled.flatMap(({ unit, inliningOf, isKnown, functions }) => {
      // A static function of another C file by the same name is another function; a C file that is no unit itself is text of those that include it.
      if (source === undefined || (file.endsWith('.c') && file !== sourceFile(unit) && unitFiles.has(file))) return []
      if (source.name === source.stem && !isKnown(source.name, file)) return []
      const inlining = inliningOf(file)
      const own = [...functions.map(sourceName), ...inlining.keys()].filter((name) => isNamed(name, source))
      const holders = holdersOf(inlining, own)
      return functions.filter((name) => holders.has(sourceName(name))).map((name) => ({ unit: sourceFile(unit), function: name }))
    })
    return { file, function: source?.name ?? null, lines: { from, to }, carriedBy }
  })
}

/** Of functions whose compiled copy nothing live leads to, those that are part of nothing live either: not inlined into it, nor cloned for it. */
export async function withoutCarriers(
  unreached: readonly BroughtFunction[],
  units: readonly DiffedUnit[],
  patched: CompiledSide,
  ports: BuildPorts,
): Promise<BroughtFunction[]> {
  const keyOf = (unit: string, name: string) => `${unit} ${name}`
  const dead = new Set(unreached.map(({ unit, item }) => keyOf(unit, item.name)))
  const holding = new Set(unreached.map(({ unit }) => unit))
  const places = unreached.map(({ unit, item }): ChangedPlace => {
    const name = sourceName(item.name)
    return { file: unit, function: { name, stem: name }, from: 0, to: 0 }
  })
  const own = units.filter(({ unit }) => holding.has(sourceFile(unit)))
  const carriers = await findCarriers(places, own, patched, ports)
  return unreached.filter(({ unit }, index) => {
    const carriedBy = carriers[index]?.carriedBy.filter((by) => by.unit === unit) ?? []
    return carriedBy.every((by) => dead.has(keyOf(unit, by.function)))
  })
}

function memoize<T>(make: (file: string) => T): (file: string) => T {
  const made = new Map<string, T>()
  return (file) => {
    const known = made.get(file) ?? make(file)
    made.set(file, known)
    return known
  }
}

type Callers = ReturnType<typeof callersInText>

async function readCallers(files: readonly string[], tree: string, ports: BuildPorts): Promise<ReadonlyMap<string, Callers>> {
  const read = async (file: string) => {
    const path = `${tree}/${file}`
    return [file, callersInText((await ports.files.exists(path)) ? await ports.files.readText(path) : '')] as const
  }
  return new Map(await Promise.all([...new Set(files)].map(read)))
}

/** What the compiler reports of a unit's inlining, and the functions that its object still names, by their names in the source. */
async function readCompiled(
  unit: UnitCommand,
  objects: string,
  ports: BuildPorts,
): Promise<{ readonly reported: Inlining; readonly symbols: ReadonlySet<string> }> {
  const object = objectPath(objects, unit)
  const report = inliningPath(object)
  const reported = parseInlining((await ports.files.exists(report)) ? await ports.files.readText(report) : '')
  const { symbols } = await readObject(object, ports)
  return { reported, symbols: new Set(symbols.map(({ name }) => sourceName(name))) }
}

/**
 * gcc does not report that it inlines a function where it is called once. A function that the object no longer names at all is inlined wherever it is
 * called: its callers in the text hold it.
 */
function withUnreported(reported: Inlining, texts: readonly Callers[], symbols: ReadonlySet<string>): Inlining {
  const inlining = new Map(reported)
  const compiled = [...symbols, ...reported.keys()]
  const namesOf = (caller: Caller) => (caller.name === caller.stem ? [caller.name] : compiled.filter((name) => isNamed(name, caller)))
  for (const callers of texts) {
    for (const [callee, by] of callers) {
      if (!symbols.has(callee)) inlining.set(callee, new Set([...(inlining.get(callee) ?? []), ...by.flatMap(namesOf)]))
    }
  }
  return inlining
}

/** SYSCALL_DEFINE2(dup2, …) makes __do_sys_dup2, __se_sys_dup2 and more: the macro's argument is the end of their names. */
function isNamed(symbol: string, { name, stem }: Caller): boolean {
  return symbol === stem || (name !== stem && symbol.endsWith(`_${stem}`))
}
