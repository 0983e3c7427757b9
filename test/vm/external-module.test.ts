import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CachedKernel } from '../../src/app/kernel/mod.ts'
import { type BuildOutcome, build } from '../../src/app/build/mod.ts'
import { makeBuildPorts } from '../../src/bin/ports/build-ports.ts'
import { outputFolder, probeOutputs, proveFolders } from '../kit/build-and-prove.ts'
import { GREETER_HEADER, GREETER_WORDS, buildGreeter } from '../kit/external-module.ts'
import { realKernel } from '../kit/real-kernel.ts'
import { diffTexts } from '../kit/unit-pair.ts'
import { faultOf, needingVm } from '../kit/vm.ts'

/** A module that was built outside the kernel's tree is patched. */

const folder = outputFolder()
afterAll(folder.dispose)

let kernel: CachedKernel
const source = `${folder.path}/greeter`
const file = `${source}/kmend_greeter.ko`
beforeAll(async () => {
  kernel = await realKernel()
  buildGreeter(kernel, source)
})

const PATCH =
  diffTexts(GREETER_WORDS, GREETER_WORDS.replace('"again"', 'asked % 2 ? "odd" : "even"'), 'lib/words.c') +
  diffTexts(GREETER_HEADER, GREETER_HEADER.replace('100', '3'), 'include/words.h')

let count = 0
function buildIt(
  external: { readonly source: string; readonly file: string },
  output = `${folder.path}/out-${count++}`,
): Promise<BuildOutcome> {
  const patches = [{ file: 'fix.patch', text: PATCH }]
  const request = {
    patches,
    release: kernel.target.release,
    name: 't_greet',
    output,
    fuzz: 0,
    allowLayout: [],
    cves: [],
    bugs: [],
    external,
  }
  return build(
    request,
    makeBuildPorts(() => {}),
  )
}

/** A copy of the source as it was built, for a test to damage. */
function copyOf(name: string): { readonly source: string; readonly file: string } {
  const copy = `${folder.path}/${name}`
  cpSync(source, copy, { recursive: true })
  return { source: copy, file: `${copy}/kmend_greeter.ko` }
}

test('it is replaced in the running module, whose state it goes on with', async (context) => {
  const output = `${folder.path}/t_greet`
  const outcome = await needingVm(context, () => buildIt({ source, file }, output))
  if (outcome.kind !== 'built') throw new Error(JSON.stringify(outcome))
  const { manifest } = outcome
  expect(manifest.objects.map(({ name, functions }) => [name, functions.map((func) => `${func.name} ${func.unit}`)])).toEqual([
    ['kmend_greeter', ['greeter_word external/kmend_greeter/lib/words.c']],
  ])
  expect(manifest.external).toMatchObject({ name: 'kmend_greeter', file: 'external/kmend_greeter.ko' })
  expect(manifest.external?.sources.map((entry) => entry.file)).toEqual(['greeter.c', 'include/words.h', 'lib/words.c'])
  expect(readFileSync(`${output}/external/kmend_greeter.ko`)).toEqual(readFileSync(file))
  const report = await proveFolders([output], 'cat /proc/kmend_greeter; cat /proc/kmend_greeter')
  expect(report.findings).toEqual([])
  expect(probeOutputs(report)).toEqual(['hello 1\nagain 2', 'odd 3\nenough 4', 'again 5\nagain 6'])
})

test('a file that was not made from this source is refused, whatever an earlier build of the source has left', async () => {
  const other = copyOf('other')
  const output = `${folder.path}/out-other`
  expect((await buildIt(other, output)).kind).toBe('built')
  writeFileSync(`${other.source}/lib/words.c`, GREETER_WORDS.replace('static int asked', 'static long asked'))
  const outcome = await buildIt(other, output)
  expect(outcome.kind === 'unpatchable' && outcome.refusals.map(({ code, subject }) => `${code} ${subject}`)).toEqual([
    'run-pre-mismatch greeter_word',
  ])
})

test('what cannot be told ends in one clear message', async () => {
  const messageOf = async (external: { readonly source: string; readonly file: string }) => {
    const fault = await faultOf(buildIt(external))
    return `${fault.code}: ${fault.message}`
  }
  const edited = (name: string, find: string, replace: string) => {
    const copy = copyOf(name)
    writeFileSync(
      copy.file,
      readFileSync(copy.file, 'latin1').replace(find, () => replace),
      'latin1',
    )
    return copy
  }
  const { release } = kernel.target
  expect(await messageOf(edited('elsewhere', `vermagic=${release}`, `vermagic=9${release.slice(1)}`))).toMatch(
    /^kernel\/mismatch: Cannot make a live patch of kmend_greeter for \S+: it was built for "9/,
  )
  expect(await messageOf(edited('closed', 'license=GPL\0', 'license=Own\0'))).toBe(
    'module/license: Cannot make a live patch of kmend_greeter: its license is "Own"',
  )
  expect(await messageOf(edited('renamed', '\0name=kmend_greeter', '\0name=kmend_welcome'))).toBe(
    'module/source: Cannot find how kmend_welcome is built: its source makes kmend_greeter',
  )
  const bare = copyOf('bare')
  rmSync(`${bare.source}/Kbuild`)
  expect(await messageOf(bare)).toBe('module/source: Cannot tell how kmend_greeter is built: its source has neither Kbuild nor Makefile')
  mkdirSync(`${folder.path}/empty`)
  writeFileSync(`${folder.path}/empty/Kbuild`, '')
  expect(await messageOf({ source: `${folder.path}/empty`, file })).toBe(
    'module/source: Cannot find how kmend_greeter is built: its source makes no module',
  )
})
