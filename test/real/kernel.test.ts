import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DIFF_FLAGS } from '../../src/app/build/compile-stage.ts'
import type { CachedKernel } from '../../src/app/kernel/mod.ts'
import { specialTables, viewObject } from '../../src/core/diff/mod.ts'
import { findSection, readElf, type ElfFile } from '../../src/core/elf/mod.ts'
import {
  type BtfStruct,
  findStruct,
  isBuiltIn,
  parseKconfig,
  parseModuleSymvers,
  parseUnitCommands,
  readBtf,
  readExports,
  readKallsyms,
  readModuleFile,
  sizeOfStruct,
  type UnitCommand,
  unitsOfSource,
} from '../../src/core/kernel/mod.ts'
import { matchRunPre, runningVmlinux } from '../../src/core/runpre/mod.ts'
import { compileUnit, compileUnits } from '../../src/io/compile.ts'
import { execOk } from '../../src/io/exec.ts'
import { makeShadowTree } from '../../src/io/shadow-tree.ts'
import { unpackModule } from '../../src/io/unpack-image.ts'
import { realKernel } from '../kit/real-kernel.ts'

/**
 * What is read from a kernel, and what its units compile to. The lines differ in both: 6.12 packs its modules, has longer alternatives, pads its
 * functions for landing pads and thunks, and gives objtool what is linked instead of each object. So what depends on that is asked of each.
 */
const LINES = ['6.1', '6.12']

/** Units of each kernel that are compiled to see that they do. */
const SAMPLE = 25

const folder = mkdtempSync(join(tmpdir(), 'kmend-real-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface OpenKernel {
  readonly kernel: CachedKernel
  readonly units: readonly UnitCommand[]
  readonly vmlinux: ElfFile
}

const kernels = new Map<string, OpenKernel>()
beforeAll(async () => {
  for (const line of LINES) {
    const kernel = await realKernel(line)
    const { units } = parseUnitCommands(readFileSync(kernel.paths.commands, 'utf8'), 'commands.json')
    kernels.set(line, { kernel, units, vmlinux: readElf(readFileSync(kernel.paths.vmlinux), 'vmlinux') })
  }
})

function kernelOf(line: string): OpenKernel {
  const found = kernels.get(line)
  if (found === undefined) throw new Error(`no kernel of ${line} is open`)
  return found
}

/** Most of a tree; to make single units outside of them, make only reads there. */
const ONLY_READ: ReadonlySet<string> = new Set(['drivers', 'Documentation', 'sound'])

/** A tree to build in, beside the one of the cache. */
async function copyTree(tree: string, copy: string): Promise<void> {
  mkdirSync(copy, { recursive: true })
  const names = readdirSync(tree)
  for (const name of names.filter((other) => ONLY_READ.has(other))) symlinkSync(join(tree, name), join(copy, name))
  await execOk('cp', ['-a', ...names.filter((name) => !ONLY_READ.has(name)).map((name) => join(tree, name)), copy])
}

const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
const unitOf = ({ units }: Pick<OpenKernel, 'units'>, source: string): UnitCommand => unitsOfSource({ units }, source)[0] as UnitCommand

describe.each(LINES)('the image of a real kernel of %s', (line) => {
  test('exports what its Module.symvers says, at the addresses of its kallsyms', () => {
    const { kernel, vmlinux } = kernelOf(line)
    const symbols = readKallsyms(vmlinux)
    const addresses = new Map(symbols.filter(({ type }) => /[TDRBVW]/.test(type)).map(({ name, address }) => [name, address]))
    const symvers = parseModuleSymvers(readFileSync(kernel.paths.symvers, 'utf8'), 'Module.symvers').filter(
      ({ owner }) => owner === 'vmlinux',
    )
    const exports = readExports(vmlinux)
    expect(symbols.length).toBeGreaterThan(50_000)
    const key = (entry: { name: string; crc: number | undefined; isGplOnly: boolean; namespace: string }) =>
      `${entry.name} ${entry.crc} ${entry.isGplOnly} ${entry.namespace}`
    expect(new Set(exports.map(key))).toEqual(new Set(symvers.map(key)))
    const elsewhere = exports.filter(({ name, address }) => addresses.has(name) && addresses.get(name) !== address)
    expect(elsewhere).toEqual([])
  })

  test('describes the structs that special sections are made of', () => {
    const section = findSection(kernelOf(line).vmlinux, '.BTF')
    const btf = readBtf(section?.data ?? new Uint8Array(0), 'vmlinux')
    expect(
      ['bug_entry', 'exception_table_entry', 'jump_entry', 'static_call_site', 'klp_func'].map((name) => sizeOfStruct(btf, name)),
    ).toEqual([12, 12, 16, 8, 152])
    expect([12, 14]).toContain(sizeOfStruct(btf, 'alt_instr'))
  })

  test('agrees with its modules', async () => {
    const { kernel, units } = kernelOf(line)
    const owner = units.flatMap((unit) => unit.owners).find((candidate) => candidate.kind === 'module')
    const path = `${kernel.paths.modules}/kernel/${owner?.kind === 'module' ? owner.path : ''}`
    const [found = ''] = (await execOk('sh', ['-c', 'ls "$1"*', 'sh', path])).trim().split('\n')
    const module = readModuleFile(await unpackModule(readFileSync(found), found), found)
    expect(module.vermagic.split(' ')[0]).toBe(kernel.target.release)
    expect(module.name).toBe(owner?.kind === 'module' ? owner.name : '')
    expect(module.buildId).toMatch(/^[0-9a-f]{40}$/)
  })
})

describe.each(LINES)('the units of a real kernel of %s', (line) => {
  test('compile one by one, from all over the tree', { timeout: 5 * 60_000 }, async () => {
    const { kernel, units } = kernelOf(line)
    const known = units.filter(({ owners }) => owners[0]?.kind !== 'other')
    const sample = known.filter((_, index) => index % Math.floor(known.length / SAMPLE) === 0)
    const outcomes = await compileUnits(
      kernel.paths.tree,
      sample.map((unit) => ({
        unit,
        options: { output: join(folder, line, 'sample', unit.output), extraFlags: ['-g0', '-ffunction-sections', '-fdata-sections'] },
      })),
    )
    expect(outcomes.filter(({ kind }) => kind === 'failed')).toEqual([])
  })

  test('hold the code that runs, function by function, compiled by themselves', async () => {
    const { kernel, units, vmlinux } = kernelOf(line)
    const sources = ['fs/fcntl.c', 'fs/namei.c', 'net/ipv4/tcp_input.c', 'arch/x86/kernel/signal.c', 'drivers/xen/events/events_base.c']
    const btf = readBtf(findSection(vmlinux, '.BTF')?.data ?? new Uint8Array(0), 'vmlinux')
    const tables = specialTables((struct) => findStruct(btf, struct)?.size)
    const running = runningVmlinux(vmlinux, readKallsyms(vmlinux))
    const outcomes = await compileUnits(
      kernel.paths.tree,
      sources.map((source) => {
        const unit = unitOf({ units }, source)
        return { unit, options: { output: join(folder, line, 'matched', unit.output), extraFlags: DIFF_FLAGS } }
      }),
    )
    const matches = outcomes.map(({ unit }) => {
      const output = join(folder, line, 'matched', unit.output)
      return matchRunPre(viewObject(readElf(readFileSync(output), output), tables), running)
    })
    expect(matches.flatMap(({ mismatches }) => [...mismatches].map(([{ name }, { reason }]) => `${name}: ${reason}`))).toEqual([])
    expect(matches.flatMap(({ addresses }) => [...addresses.keys()].filter(({ kind }) => kind === 'function')).length).toBeGreaterThan(200)
  })

  test('are the same objects that make builds', async () => {
    const { kernel, units } = kernelOf(line)
    const copy = join(folder, line, 'tree')
    await copyTree(kernel.paths.tree, copy)
    const chosen = ['fs/fcntl.c', 'net/ipv6/ip6_flowlabel.c', 'lib/crc32.c', 'fs/squashfs/super.c'].map((source) =>
      unitOf({ units }, source),
    )
    const program = kernel.target.compiler.program
    const settings = ['ARCH=x86', `CC=${program}`, `HOSTCC=${program}`, `KERNELRELEASE=${kernel.target.release}`]
    const prebuilt = ['-o', 'tools/objtool', '-o', 'tools/bpf/resolve_btfids']
    await execOk('make', ['--no-print-directory', '-rR', ...prebuilt, ...settings, ...chosen.map((unit) => unit.output)], {
      cwd: copy,
      env: { SRCARCH: 'x86' },
    })
    // With landing pads make keeps objtool for what is linked (`delay-objtool` of scripts/Makefile.lib): its objects are the compiler's.
    const withoutObjtool = isBuiltIn(parseKconfig(readFileSync(kernel.paths.config, 'utf8')), 'X86_KERNEL_IBT')
    const outcomes = await compileUnits(
      copy,
      chosen.map((unit) => ({ unit, options: { output: join(folder, line, 'replayed', unit.output), withoutObjtool } })),
    )
    const pairs = outcomes.map((outcome) => [outcome.unit.output, outcome.kind === 'compiled' ? digest(outcome.output) : outcome.messages])
    expect(pairs).toEqual(chosen.map((unit) => [unit.output, digest(join(copy, unit.output))]))
    rmSync(copy, { recursive: true })
  })

  test("have the kernel's own struct layouts, as the compiler describes them", async () => {
    const { kernel, units, vmlinux } = kernelOf(line)
    const output = join(folder, line, 'types.o')
    await compileUnit(kernel.paths.tree, unitOf({ units }, 'fs/fcntl.c'), {
      output,
      extraFlags: ['-gbtf'],
      withoutObjtool: true,
    })
    const object = readElf(readFileSync(output), output)
    expect(findSection(object, '.debug_info')).toBeUndefined() // which kbuild asks for, and would double the time
    const ours = readBtf(findSection(object, '.BTF')?.data ?? new Uint8Array(0), output)
    const shipped = readBtf(findSection(vmlinux, '.BTF')?.data ?? new Uint8Array(0), 'vmlinux')
    const layout = (struct: BtfStruct | undefined): string =>
      `${struct?.size} ${(struct?.members ?? []).map(({ name, bitOffset, bitSize }) => `${name} ${bitOffset} ${bitSize}`).join(', ')}`
    const structs = ours.types.filter((type): type is BtfStruct => type.kind === 'struct')
    const known = structs.filter(({ name }) => findStruct(shipped, name) !== undefined)
    expect(known.length).toBeGreaterThan(200)
    expect(known.filter((struct) => layout(struct) !== layout(findStruct(shipped, struct.name)))).toEqual([])
  })
})

// What happens to files around the compiler is the same on each line.
describe('the units of a real kernel', () => {
  test('take changed files from a shadow of the tree, also headers by way of other folders', async () => {
    const { kernel, units } = kernelOf('6.1')
    const unit = unitOf({ units }, 'fs/fcntl.c')
    const read = (path: string) => readFileSync(join(kernel.paths.tree, path), 'utf8')
    const changedFiles = new Map([
      [
        'fs/fcntl.c',
        `#include "../mm/internal.h"\n${read('fs/fcntl.c')}\nconst char kmend_file[] = __FILE__;\nint kmend_value = KMEND_HEADER + KMEND_INTERNAL;\n`,
      ],
      ['include/linux/fcntl.h', `${read('include/linux/fcntl.h')}\n#define KMEND_HEADER 0x1234\n`],
      ['mm/internal.h', `${read('mm/internal.h')}\n#define KMEND_INTERNAL 0x10000\n`],
    ])
    const destination = join(folder, 'shadow')
    const upwardIncludes = JSON.parse(readFileSync(kernel.paths.upwardIncludes, 'utf8')) as Record<string, number>
    await makeShadowTree({ tree: kernel.paths.tree, destination, changedFiles, units: [unit], upwardIncludes })
    const outcome = await compileUnit(destination, unit, { output: join(folder, 'shadow.o'), extraFlags: ['-g0', '-fdata-sections'] })
    expect(outcome.kind === 'failed' ? outcome.messages : '').toBe('')
    const object = readElf(readFileSync(join(folder, 'shadow.o')), 'shadow.o')
    const text = (name: string) => Buffer.from(findSection(object, name)?.data ?? []).toString('latin1')
    expect(text('.rodata.kmend_file')).toBe('fs/fcntl.c\0')
    expect(text('.data.kmend_value')).toBe('\x34\x12\x01\0')
  })

  test('leave no object behind when they do not compile', async () => {
    const { kernel, units } = kernelOf('6.1')
    const unit = unitOf({ units }, 'fs/fcntl.c')
    const output = join(folder, 'broken.o')
    expect((await compileUnit(kernel.paths.tree, unit, { output })).kind).toBe('compiled')
    const outcome = await compileUnit(kernel.paths.tree, unit, { output, extraFlags: ['-include', '/nonexistent.h'] })
    expect(outcome).toMatchObject({ kind: 'failed', tool: 'compiler' })
    expect(() => readFileSync(output)).toThrow(/ENOENT/)
  })
})
