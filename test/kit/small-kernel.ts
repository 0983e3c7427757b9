import { parseThreadLines, threadLinesOf, weakFunctionsIn } from '../../src/core/source/mod.ts'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { compileStage } from '../../src/app/build/compile-stage.ts'
import { type BuildPorts, type Decision, buildPaths, decide, makeStopwatch } from '../../src/app/build/mod.ts'
import { openInventory } from '../../src/app/build/module-inventory.ts'
import { shippedKernel } from '../../src/app/build/running-objects.ts'
import type { CachedKernel } from '../../src/app/kernel/mod.ts'
import { makeBuildPorts } from '../../src/bin/ports/build-ports.ts'
import { readObjectExports } from '../../src/core/diff/mod.ts'
import { type ElfFile, elf, findSection, readElf } from '../../src/core/elf/mod.ts'
import { type KernelSymbol, type SymbolVersion, type UnitCommand, type UnitOwner, kernelPaths, readBtf } from '../../src/core/kernel/mod.ts'
import { prototypeOf, typesOf } from '../../src/core/types/mod.ts'
import { unitFlags, withPatch } from './unit-pair.ts'

/**
 * A kernel of a few functions, really linked, for what a build decides after it has compared the objects: is this the code that runs, and where is what
 * the patch refers to? A folder holds its source:
 *
 * - `orig.c` and `patched.c`: the unit that the patch changes
 * - `image.c`: the rest of the kernel image, besides what every one has (`kernel.c` of the folder for headers)
 * - `module.c`: the rest of the module `module`; then the unit is part of it, and not of the image
 * - `other.c`: another module, `other`
 * - `image-patched.c`, `module-patched.c`, `other-patched.c`: what the patch makes of these
 * - `shipped.c`: what the running kernel was made from, when that is not `orig.c`
 */
export interface SmallKernelCase {
  readonly folder: string
  /** Folder for headers, with the `kernel.c` that is in every image. */
  readonly include: string
  readonly flags: readonly string[]
  readonly setData: readonly string[]
}

const LINKED = ['image.c', 'module.c', 'other.c', 'shipped.c']

/** Whether the case asks for a kernel around its unit. */
export function hasSmallKernel(folder: string): boolean {
  return LINKED.some((file) => existsSync(join(folder, file)))
}

/** What a build decides, and what the kernel and its modules export: the rest of what a module is made of. */
export interface SmallKernelVerdict {
  readonly decision: Decision
  readonly exports: readonly SymbolVersion[]
}

/** All that a build decides about the patch, by the build's own code, compiler and linker. */
export async function decideInSmallKernel(given: SmallKernelCase): Promise<SmallKernelVerdict> {
  const work = mkdtempSync(join(tmpdir(), 'kmend-kernel-'))
  try {
    const parts = partsOf(given)
    const paths = kernelPaths(work, 'small')
    const { shipped, exports } = await shipKernel(parts, given, paths)
    const patched = parts.filter((part) => part.patched !== undefined)
    const build = buildPaths({ output: work, name: 'small' })
    for (const { file, original, patched: text = '' } of patched) {
      write(`${paths.tree}/${file}`, original)
      write(`${build.tree}/${file}`, withPatch(original, text))
    }
    const units = patched.map((part) => unitOf(part, given))
    await compileStage({ side: 'original', tree: paths.tree, units, folder: build.originals, inputs: '' }, ports)
    await compileStage({ side: 'patched', tree: build.tree, units, folder: build.patched, inputs: '' }, ports)
    const decision = await decide(
      {
        request: { setData: given.setData, allowLayout: [] },
        kernel: {
          paths,
          shipped: async () => shipped,
          threads: async () => threadsOf(parts),
          weakDefaults: async (names) => weakDefaultsOf(parts, names),
          exports: async () => exports,
          inventory: () => openInventory({ paths } as CachedKernel, ports),
        },
        paths: build,
        ...{ units, compiled: units, inputs: '', hasHeaders: false, notes: [] },
        changedFiles: new Set(units.map(({ source }) => source)),
      },
      {
        ...ports,
        symbolTypes: prototypesIn(
          new Map([
            [paths.tree, build.originals],
            [build.tree, build.patched],
          ]),
        ),
      },
      makeStopwatch(() => 0),
    )
    return { decision, exports }
  } finally {
    rmSync(work, { recursive: true })
  }
}

/** In place of genksyms, which is part of a real kernel's tree: what the compiler says of the functions, as one word each. No checksum ever changes. */
function prototypesIn(objectsOf: ReadonlyMap<string, string>): BuildPorts['symbolTypes'] {
  return async (tree, unit, { functions }) => {
    const types = typesOf(readElfFile(`${objectsOf.get(tree)}/${unit.output}`))
    const shown = functions.map((name) => [name, prototypeOf(types, name)?.split(' ') ?? []] as const)
    return { crcs: new Map(functions.map((name) => [name, NO_CRC])), types: new Map(shown.filter(([, tokens]) => tokens.length > 0)) }
  }
}

const NO_CRC = 0

/** As `readThreads` finds it in a kernel's tree. */
function threadsOf(parts: readonly Part[]) {
  const lines = parts.flatMap(({ file, original }) => threadLinesOf(original).map((line) => `${file}:${line}`))
  return parseThreadLines(lines.join('\n'))
}

/** As `findWeakDefaults` finds them in a kernel's tree. */
function weakDefaultsOf(parts: readonly Part[], names: readonly string[]) {
  return new Map(parts.flatMap(({ file, original }) => weakFunctionsIn(original, names).map((name) => [name, file] as const)))
}

interface Part {
  readonly file: string
  readonly owner: UnitOwner
  readonly original: string
  readonly patched: string | undefined
  readonly shipped: string
}

const IMAGE: UnitOwner = { kind: 'vmlinux' }
const ports = makeBuildPorts(() => {})
const run = promisify(execFile)

function partsOf({ folder, include }: SmallKernelCase): Part[] {
  const read = (file: string) => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : undefined)
  const rest = (name: string, owner: UnitOwner): Part[] => {
    const original = read(`${name}.c`)
    return original === undefined ? [] : [{ file: `${name}.c`, owner, original, patched: read(`${name}-patched.c`), shipped: original }]
  }
  const original = read('orig.c') ?? ''
  const own = read('module.c') === undefined ? IMAGE : moduleOwner('module')
  return [
    { file: 'kernel.c', owner: IMAGE, original: '', patched: undefined, shipped: readFileSync(join(include, 'kernel.c'), 'utf8') },
    ...rest('image', IMAGE),
    ...rest('module', moduleOwner('module')),
    { file: 'unit.c', owner: own, original, patched: read('patched.c'), shipped: read('shipped.c') ?? original },
    ...rest('other', moduleOwner('other')),
  ]
}

function moduleOwner(name: string): UnitOwner {
  return { kind: 'module', name, path: `${name}.ko` }
}

function unitOf({ file, owner }: Part, { include, flags }: SmallKernelCase): UnitCommand {
  const compiler = ['gcc-12', ...unitFlags(include, flags), '-c']
  return { source: file, output: file.replace(/c$/, 'o'), compiler, objtool: [], modname: 'unit', owners: [owner] }
}

/** Compiles and links what runs: as a kernel does it, without a section for each function, its modules left relocatable. */
async function shipKernel(parts: readonly Part[], given: SmallKernelCase, paths: CachedKernel['paths']) {
  const folder = `${paths.folder}/objects`
  for (const { file, shipped } of parts) write(`${folder}/${file}`, shipped)
  const objects = await Promise.all(
    parts.map(async (part) => {
      const unit = unitOf(part, given)
      const output = `${folder}/${unit.output}`
      const [program, ...flags] = [...unit.compiler, '-fno-function-sections', '-fno-data-sections']
      await run(program, [...flags, part.file, '-o', output], { cwd: folder })
      const object = readElfFile(output)
      const owner = part.owner.kind === 'module' ? part.owner.name : 'vmlinux'
      const exports = readObjectExports(object).map((version): SymbolVersion => ({ ...version, crc: NO_CRC, owner }))
      return { owner, output, object, exports }
    }),
  )
  const exports = objects.flatMap((object) => object.exports)
  const byOwner = Map.groupBy(objects, ({ owner }) => owner)
  for (const [name, own] of byOwner) if (name !== 'vmlinux') await linkModule(name, own, exports, `${paths.modules}/kernel/${name}.ko`)
  const image = (byOwner.get('vmlinux') ?? []).map(({ output }) => output)
  const script = `${folder}/image.lds`
  write(script, RO_DATA)
  await run('ld', [
    '-m',
    'elf_x86_64',
    '-static',
    '-Ttext-segment=0xffffffff81000000',
    '-e',
    '0',
    ...image,
    '-T',
    script,
    '-o',
    paths.vmlinux,
  ])
  const vmlinux = readElfFile(paths.vmlinux)
  const [types] = objects.map(({ object }) => findSection(object, '.BTF'))
  const btf = readBtf(types?.data ?? new Uint8Array(0), 'kernel.o')
  return { exports, shipped: shippedKernel({ vmlinux, kallsyms: await listSymbols(paths.vmlinux), btf, modules: paths.modules }, ports) }
}

/** What is read-only after start lies with the constants: RO_DATA in vmlinux.lds.h. Goes into the linker's own script. */
const RO_DATA = `SECTIONS { .rodata : { *(.rodata .rodata.*) *(.data..ro_after_init) } } INSERT BEFORE .data;
`

/** As modpost does it, the module says what it is and which others it needs. */
async function linkModule(
  name: string,
  parts: readonly { readonly output: string; readonly object: ElfFile }[],
  exports: readonly SymbolVersion[],
  output: string,
): Promise<void> {
  const wanted = new Set(
    parts.flatMap(({ object }) => object.symbols.filter(({ section }) => section === elf.SHN.UNDEF).map((symbol) => symbol.name)),
  )
  const needed = exports
    .filter((version) => wanted.has(version.name) && !['vmlinux', name].includes(version.owner))
    .map(({ owner }) => owner)
  const modinfo = `${output}.modinfo`
  write(modinfo, [`name=${name}`, 'vermagic=small', `depends=${[...new Set(needed)].join(',')}`].map((line) => `${line}\0`).join(''))
  await run('ld', ['-m', 'elf_x86_64', '-r', ...parts.map((part) => part.output), '-o', output])
  await run('objcopy', [`--add-section=.modinfo=${modinfo}`, output])
}

/** The symbols as the kernel's own table has them, which is made from this list. */
async function listSymbols(vmlinux: string): Promise<KernelSymbol[]> {
  const { stdout } = await run('nm', ['-n', vmlinux])
  return stdout.split('\n').flatMap((line) => {
    const [, address = '', type = '', name] = /^([0-9a-f]{16}) (\S) (\S+)$/.exec(line) ?? []
    return name === undefined ? [] : [{ name, type, address: BigInt(`0x${address}`) }]
  })
}

function readElfFile(path: string): ElfFile {
  return readElf(new Uint8Array(readFileSync(path)), path)
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
