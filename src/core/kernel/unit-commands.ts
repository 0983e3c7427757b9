import { Fault } from '../base/mod.ts'

/** How kbuild compiles one unit, as values: replayed from the root of the prepared tree. */
export interface UnitCommand {
  /** Path of the .c file in the tree. */
  readonly source: string
  /** Path of the object that kbuild would write. */
  readonly output: string
  /** The compiler and its arguments, without output, source and dependency file. */
  readonly compiler: readonly string[]
  /** objtool and its arguments, without the object; empty when this unit is not given to objtool. */
  readonly objtool: readonly string[]
  /** KBUILD_MODNAME as the unit sees it. */
  readonly modname: string
  /** What the object is linked into; several when modules share a unit. */
  readonly owners: readonly UnitOwner[]
}

export type UnitOwner =
  | { readonly kind: 'vmlinux' }
  /** `name` as in /sys/module; `path` under modules/kernel, such as `fs/ext4/ext4.ko`. */
  | { readonly kind: 'module'; readonly name: string; readonly path: string }
  /** Neither: the vDSO, the real-mode code and other programs that kbuild packs into the image. */
  | { readonly kind: 'other' }

/** All units of a kernel's configuration. */
export interface UnitCommands {
  readonly units: readonly UnitCommand[]
}

/** The commands that compile a source file; more than one when two objects are made from it. */
export function unitsOfSource(commands: UnitCommands, source: string): readonly UnitCommand[] {
  const known = bySource.get(commands) ?? Map.groupBy(commands.units, sourceFile)
  bySource.set(commands, known)
  return known.get(source) ?? []
}

const bySource = new WeakMap<UnitCommands, ReadonlyMap<string, readonly UnitCommand[]>>()

/** The C file of a unit by its plain path: kbuild names some by way of another folder (`arch/x86/kvm/../../../virt/kvm/kvm_main.c`). */
export function sourceFile({ source }: Pick<UnitCommand, 'source'>): string {
  return plainPath(source)
}

/** Whether the running kernel or a module of it holds the unit. */
export function isRunning({ owners }: Pick<UnitCommand, 'owners'>): boolean {
  return owners.some(({ kind }) => kind !== 'other')
}

/** The objects of the running kernel that hold a unit: `vmlinux`, and modules by their name in /sys/module. */
export function objectsOf({ owners }: Pick<UnitCommand, 'owners'>): string[] {
  return owners.flatMap((owner) => (owner.kind === 'other' ? [] : [owner.kind === 'module' ? owner.name : owner.kind]))
}

/**
 * Whether the compiler makes a unit's functions begin with a call to __fentry__: makefiles take that off with CFLAGS_REMOVE. Padding alone
 * (-fpatchable-function-entry) is for call depth tracking, not for ftrace.
 */
export function isTraced({ compiler }: Pick<UnitCommand, 'compiler'>): boolean {
  return compiler.includes('-pg')
}

/** `drivers/a/../b/c.o` to `drivers/b/c.o`. */
export function plainPath(path: string): string {
  if (!HAS_TURNS.test(path)) return path
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..' && parts.length > 0) parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}

const HAS_TURNS = /(^|\/)\.\.?(\/|$)/

/** The file form: words are written once and named by index, since 4,800 units share most of theirs. */
interface UnitCommandsFile {
  readonly format: 'kmend-unit-commands-1'
  readonly words: readonly string[]
  readonly units: readonly (Omit<UnitCommand, 'compiler' | 'objtool'> & {
    readonly compiler: readonly number[]
    readonly objtool: readonly number[]
  })[]
}

export function formatUnitCommands(commands: UnitCommands): string {
  const indices = new Map<string, number>()
  const index = (word: string) => {
    const known = indices.get(word) ?? indices.size
    indices.set(word, known)
    return known
  }
  const units = commands.units.map((unit) => ({ ...unit, compiler: unit.compiler.map(index), objtool: unit.objtool.map(index) }))
  const file: UnitCommandsFile = { format: 'kmend-unit-commands-1', words: [...indices.keys()], units }
  return JSON.stringify(file)
}

/** Faults: kernel/commands. */
export function parseUnitCommands(text: string, file: string): UnitCommands {
  const parsed = readJson(text, file)
  const { words } = parsed
  const expand = (indices: readonly number[]) => indices.map((index) => words[index] ?? '')
  return { units: parsed.units.map((unit) => ({ ...unit, compiler: expand(unit.compiler), objtool: expand(unit.objtool) })) }
}

function readJson(text: string, file: string): UnitCommandsFile {
  try {
    const parsed = JSON.parse(text) as UnitCommandsFile
    if (parsed.format === 'kmend-unit-commands-1') return parsed
  } catch {
    // falls through: neither JSON nor ours, the same advice
  }
  throw new Fault('kernel/commands', 'Cannot read the compile commands of this kernel: the file is not in the format this version writes', {
    in: file,
    try: 'kmend kernel remove <release>, then kmend kernel add <release>',
  })
}
