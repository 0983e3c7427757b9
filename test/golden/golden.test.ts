import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'vitest'
import { diffObjects, specialTables } from '../../src/core/diff/mod.ts'
import { decideTypes } from '../kit/type-decisions.ts'
import { decideInSmallKernel, hasSmallKernel } from '../kit/small-kernel.ts'
import { compilePair, unitFlags } from '../kit/unit-pair.ts'
import { printDecisions, printVerdict } from './print-decisions.ts'

/**
 * A folder here is a case: orig.c, patched.c, and in expected.txt what the diff must decide, after lines (#) that say why that is right. With more C files
 * in it (test/kit/small-kernel.ts says which), a small kernel is linked around the unit, and the whole verdict of a build for it is printed.
 * What is asked of the build besides stands in options.json, and compiler flags that differ from those of Debian's 6.1.
 * KMEND_GOLDEN=write ./dev test golden writes what it decides now under those lines: read the change before you commit it.
 */
const FOLDER = import.meta.dirname
const SIZES: Readonly<Record<string, number>> = {
  bug_entry: 12,
  exception_table_entry: 12,
  jump_entry: 16,
  alt_instr: 12,
  paravirt_patch_site: 16,
  static_call_site: 8,
}
const TABLES = specialTables((struct) => SIZES[struct])

const cases = readdirSync(FOLDER, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))

test.concurrent.for(cases)('%s', async (name, { expect }) => {
  const read = (file: string) => readFileSync(join(FOLDER, name, file), 'utf8')
  const decided = await decideCase(name)
  const why = read('expected.txt')
    .split('\n')
    .filter((line) => line.startsWith('#'))
  expect(why, 'expected.txt says why, in lines that start with #').not.toEqual([])
  const written = [...why, decided].join('\n')
  if (process.env['KMEND_GOLDEN'] === 'write') writeFileSync(join(FOLDER, name, 'expected.txt'), written)
  expect(written).toBe(read('expected.txt'))
})

async function decideCase(name: string): Promise<string> {
  const folder = join(FOLDER, name)
  const { setData = [], allowThreadLoop = [], flags = [] } = optionsOf(name)
  if (hasSmallKernel(folder)) return printVerdict(await decideInSmallKernel({ folder, include: FOLDER, flags, setData }))
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')
  const sources = { original: read('orig.c'), patched: read('patched.c') }
  const pair = await compilePair(sources, FOLDER, flags)
  const diff = diffObjects({ unit: `${name}.c`, ...pair, tables: TABLES, setData, allowThreadLoop })
  return printDecisions(diff, await decideTypes({ sources, pair, diff, tables: TABLES, flags: unitFlags(FOLDER, flags) }))
}

interface CaseOptions {
  readonly setData?: readonly string[]
  readonly allowThreadLoop?: readonly string[]
  readonly flags?: readonly string[]
}

function optionsOf(name: string): CaseOptions {
  const path = join(FOLDER, name, 'options.json')
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as CaseOptions) : {}
}
