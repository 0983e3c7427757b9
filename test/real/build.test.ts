import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build, type BuildOutcome } from '../../src/app/build/mod.ts'
import { makeBundle } from '../../src/app/bundle/mod.ts'
import type { CachedKernel } from '../../src/app/kernel/mod.ts'
import { makeBuildPorts } from '../../src/bin/ports/build-ports.ts'
import { makeBundlePorts } from '../../src/bin/ports/bundle-ports.ts'
import { Fault } from '../../src/core/base/mod.ts'
import { parseUnitCommands, type UnitCommand } from '../../src/core/kernel/mod.ts'
import { findFunction, patchFunction, patchText } from '../kit/find-code.ts'
import { findInUnits } from '../kit/find-unit.ts'
import { realKernel } from '../kit/real-kernel.ts'

/** A unit with many ordinary functions, there since 1991. */
const FCNTL = 'fs/fcntl.c'

const folder = mkdtempSync(join(tmpdir(), 'kmend-build-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let kernel: CachedKernel
let tree: string
let units: readonly UnitCommand[]
beforeAll(async () => {
  kernel = await realKernel()
  tree = kernel.paths.tree
  units = parseUnitCommands(readFileSync(kernel.paths.commands, 'utf8'), 'commands.json').units
})

interface Options {
  readonly output?: string
  readonly release?: string
  readonly allowLayout?: readonly string[]
}

let count = 0
function buildPatch(
  text: string,
  { output = join(folder, `out-${count++}`), release = kernel.target.release, allowLayout = [] }: Options = {},
) {
  const patches = [{ file: 'fix.patch', text }]
  const request = { patches, release, name: 'fix', output, fuzz: 0, allowLayout, cves: [], bugs: [] }
  return build(
    request,
    makeBuildPorts(() => {}),
  )
}

/** The outcome in one line: what a person would be told first. */
async function outcomeOf(act: Promise<BuildOutcome>): Promise<string> {
  try {
    const outcome = await act
    if (outcome.kind !== 'unpatchable') return outcome.kind
    return outcome.refusals.map(({ code, subject, reason }) => `${code} ${subject}: ${reason}`).join('\n')
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return `${error.code}: ${error.message}`
  }
}

const goodFix = () => patchFunction(tree, FCNTL, { func: findFunction(tree, FCNTL) })
const otherFix = () => patchFunction(tree, FCNTL, { func: findFunction(tree, FCNTL), statement: 'asm volatile("pause");' })

describe('what is no fix for this kernel ends in one clear message:', () => {
  test('a patch that does not apply, with the line', async () => {
    const text = goodFix().replace(/^ (.*)$/m, ' not_there();')
    expect(await outcomeOf(buildPatch(text))).toMatch(
      /^source\/does-not-apply: .*\n {2}- fs\/fcntl\.c \(fix\.patch, line \d+\): line \d+ should be "not_there\(\);"/,
    )
  })

  test('an empty one', async () => {
    expect(await outcomeOf(buildPatch('\n'))).toMatch(/^source\/empty/)
  })

  test('a binary one', async () => {
    expect(await outcomeOf(buildPatch('diff --git a/logo b/logo\nGIT binary patch\nliteral 1\n'))).toMatch(/^source\/binary/)
  })

  test('one that names files that are not there, all of them', async () => {
    const text = [goodFix().replaceAll(FCNTL, 'fs/gone.c'), goodFix().replaceAll(FCNTL, 'fs/lost.c')].join('')
    expect(await outcomeOf(buildPatch(text))).toMatch(/^source\/missing-file: .*fs\/gone\.c, fs\/lost\.c/)
  })

  test('one of assembly and Kconfig, both named', async () => {
    const text =
      patchText(tree, 'arch/x86/entry/entry_64.S', (old) => `${old}nop\n`) + patchText(tree, 'fs/Kconfig', (old) => `${old}# more\n`)
    const outcome = await outcomeOf(buildPatch(text))
    expect(outcome).toMatch(/^source\/unsupported/)
    expect(outcome).toMatch(/entry_64\.S is assembly/)
    expect(outcome).toMatch(/fs\/Kconfig is Kconfig/)
  })

  test('one that does not compile, with what the compiler says', async () => {
    const text = patchFunction(tree, FCNTL, { func: findFunction(tree, FCNTL), statement: 'kmend_undeclared++;' })
    expect(await outcomeOf(buildPatch(text))).toMatch(/^build\/compile: .*\n.*kmend_undeclared/)
  })

  test('a kernel that is not in the cache', async () => {
    expect(await outcomeOf(buildPatch(goodFix(), { release: '6.1.0-9999-cloud-amd64' }))).toMatch(/^kernel\/not-cached/)
  })
})

describe('nothing is patched', () => {
  test('when only comments and line numbers change', async () => {
    const text = patchText(tree, FCNTL, (old) => `/* A\n * new\n * comment\n */\n${old}`)
    expect(await outcomeOf(buildPatch(text))).toBe('unchanged')
  })

  test('when only init code changes, and a note says so', async () => {
    const func = findFunction(tree, FCNTL, ({ head }) => /\b__init\b/.test(head))
    const outcome = await buildPatch(patchFunction(tree, FCNTL, { func }))
    expect(outcome.kind).toBe('unchanged')
    expect(outcome.kind === 'unchanged' && outcome.notes).toMatchObject([{ unit: FCNTL, subject: func.name }])
  })
})

describe('what cannot be live patched says why:', () => {
  test('initialised data and a function that cannot be traced, both at once', async () => {
    const func = findInUnits({ tree, units }, ['kernel/time/'], /^u64 notrace (\w+)\(void\)\n\{\n/m)
    const data = findInUnits({ tree, units }, ['fs/', 'kernel/'], /^(?:unsigned )?int (\w+)(?: __read_mostly)? = (\d+);$/m)
    const patches = [
      patchText(tree, func.path, (old) => old.replace(func.match[0], `${func.match[0]}\tasm volatile("nop");\n`)),
      patchText(tree, data.path, (old) => old.replace(data.match[0], data.match[0].replace(/\d+;$/, '12345;'))),
    ]
    const outcome = await outcomeOf(buildPatch(patches.join('')))
    expect(outcome).toMatch(new RegExp(`^not-traceable ${func.name}: its entry has no call to __fentry__`, 'm'))
    expect(outcome).toMatch(new RegExp(`^data-changed ${data.name}: its initial value`, 'm'))
  })

  test('the layout of a struct, with the members that moved, unless the struct is allowed by name', async () => {
    const { path, match, name } = findInUnits({ tree, units }, ['fs/'], /^struct (\w+_ctx) \{\n(?=[\s\S]*= kz?alloc\(sizeof\(\*ctx\))/m)
    const text = patchText(tree, path, (old) => old.replace(match[0], `${match[0]}\tlong kmend_first;\n`))
    const outcome = await outcomeOf(buildPatch(text))
    expect(outcome).toMatch(
      new RegExp(
        `^layout-changed struct ${name}: \\d+ bytes become \\d+: kmend_first added at offset 0; \\w+ moved from offset 0 to 8.*; seen by \\w`,
        'm',
      ),
    )
    await expect(buildPatch(text, { allowLayout: ['another'] })).rejects.toMatchObject({
      code: 'usage/allow-layout',
      try: expect.stringContaining(name),
    })
    expect(await outcomeOf(buildPatch(text, { allowLayout: [name] }))).toBe('built')
  })
})

describe('a build', () => {
  /** What a build leaves for others; the rest may hold times. */
  const productsOf = (output: string) => ['fix.ko', 'manifest.json'].map((name) => readFileSync(join(output, name)))

  test('gives the same bytes for the same inputs', async () => {
    const outputs = [join(folder, 'same-1'), join(folder, 'same-2-in-a-longer-folder')]
    for (const output of outputs) expect((await buildPatch(goodFix(), { output })).kind).toBe('built')
    const [first, second] = outputs.map(productsOf)
    expect(second).toEqual(first)
  })

  test('is bundled as the same bytes from any folder, and a bundle is read as a host reads it', async () => {
    const bundled: Uint8Array[] = []
    for (const name of ['bundled-1', 'bundled-2-in-a-longer-folder']) {
      const [output, file] = [join(folder, name), join(folder, `${name}.kmend`)]
      await buildPatch(goodFix(), { output })
      const wish = { kind: undefined, title: undefined, mayBeUnproved: true, cveRecords: undefined }
      expect(await makeBundle({ folder: output, output: file, ...wish }, makeBundlePorts())).toMatchObject({ name: 'fix', proof: null })
      bundled.push(readFileSync(file))
    }
    expect(bundled[1]).toEqual(bundled[0])
  })

  test('of another patch in the same folder takes nothing over from the one before', async () => {
    const [used, fresh] = [join(folder, 'used'), join(folder, 'fresh')]
    await buildPatch(goodFix(), { output: used })
    await buildPatch(otherFix(), { output: used })
    await buildPatch(otherFix(), { output: fresh })
    expect(productsOf(used)).toEqual(productsOf(fresh))
  })

  test('that fails leaves no module of an earlier one', async () => {
    const output = join(folder, 'stale')
    await buildPatch(goodFix(), { output })
    const func = findFunction(tree, FCNTL, ({ head }) => /\b__init\b/.test(head))
    expect((await buildPatch(patchFunction(tree, FCNTL, { func }), { output })).kind).toBe('unchanged')
    expect(['fix.ko', 'manifest.json'].filter((name) => existsSync(join(output, name)))).toEqual([])
  })

  test('takes the objects of unchanged source from an earlier build, and gives the same as if it had compiled them', async () => {
    const ports = makeBuildPorts(() => {})
    const buildWith = async (name: string, files: Partial<typeof ports.files>) => {
      const output = join(folder, name)
      const compiled: string[] = []
      const compile: typeof ports.compile = (root, jobs, onDone) => {
        compiled.push(...jobs.map((job) => job.output.slice(output.length + 1)))
        return ports.compile(root, jobs, onDone)
      }
      const patches = [{ file: 'fix.patch', text: goodFix() }]
      const request = { patches, release: kernel.target.release, name: 'fix', output, fuzz: 0, allowLayout: [], cves: [], bugs: [] }
      expect((await build(request, { ...ports, files: { ...ports.files, ...files }, compile })).kind).toBe('built')
      return { compiled, products: productsOf(output) }
    }
    const isKept = (path: string) => path.startsWith(kernel.paths.originals)
    const alone = await buildWith('alone', { exists: async (path) => !isKept(path) && ports.files.exists(path), share: async () => {} })
    await buildWith('keeps', {})
    const taking = await buildWith('takes', {})
    expect(alone.compiled).toEqual(['work/2-original/fs/fcntl.o', 'work/3-patched/fs/fcntl.o', 'work/6-module/glue.o'])
    expect(taking.compiled).toEqual(['work/3-patched/fs/fcntl.o', 'work/6-module/glue.o'])
    expect(taking.products).toEqual(alone.products)
  })

  test.each([
    'work/2-original/stamp',
    'work/2-original/fs/fcntl.o',
    'work/3-patched/fs/fcntl.o.part',
    'work/4-diff/report.txt',
    'work/6-module/glue.c',
  ])('killed when it has written %s resumes, and takes nothing half-written for whole', async (moment) => {
    const whole = join(folder, 'whole')
    if (!existsSync(whole)) await buildPatch(goodFix(), { output: whole })
    const output = join(folder, `killed-at-${moment.replaceAll('/', '-')}`)
    await killedBuild(goodFix(), output, moment)
    expect(existsSync(join(output, moment))).toBe(true)
    expect(existsSync(join(output, 'manifest.json'))).toBe(false)
    expect((await buildPatch(goodFix(), { output })).kind).toBe('built')
    expect(productsOf(output)).toEqual(productsOf(whole))
  })
})

/** Starts the program and kills it as soon as a file is there. */
async function killedBuild(text: string, output: string, moment: string): Promise<void> {
  const patch = join(folder, 'fix.patch')
  writeFileSync(patch, text)
  const program = join(import.meta.dirname, '../../src/bin/kmend.ts')
  const child = execFile(process.execPath, [program, 'build', patch, '--kernel', kernel.target.release, '--name', 'fix', '-o', output])
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => resolve())
  })
  const timer = setInterval(() => existsSync(join(output, moment)) && child.kill('SIGKILL'), 1)
  await ended
  clearInterval(timer)
}
