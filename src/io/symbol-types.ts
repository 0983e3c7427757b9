import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type SymbolTypes, type UnitCommand, parseSymbolTypes } from '../core/kernel/mod.ts'
import { execApartOk } from './exec-apart.ts'

const GENKSYMS = 'exec scripts/genksyms/genksyms -T "$1" <"$2"'

/**
 * The checksums that kbuild gives the exported symbols of a unit (CONFIG_MODVERSIONS, scripts/Makefile.build), and the types behind them; `functions` are told of
 * as well, exported or not. Faults: tool/missing, tool/failed.
 */
export async function readSymbolTypes(
  tree: string,
  unit: UnitCommand,
  options: { readonly functions: readonly string[]; readonly output: string; readonly source?: string },
): Promise<SymbolTypes> {
  const { functions, output, source = unit.source } = options
  await mkdir(dirname(output), { recursive: true })
  const [asking, text] = [`${output}.c`, `${output}.i`]
  const asked = functions.map((name) => `__GENKSYMS_EXPORT_SYMBOL(${name});\n`).join('')
  await writeFile(asking, `#include "${resolve(tree, source)}"\n\n${asked}`)
  try {
    const [program = '', ...flags] = unit.compiler
    const preprocess = ['-E', '-D__GENKSYMS__', ...flags.filter((flag) => flag !== '-c'), '-o', text, asking]
    await execApartOk(program, preprocess, { cwd: tree, env: { PWD: tree }, package: program })
    return parseSymbolTypes(await execApartOk('sh', ['-c', GENKSYMS, 'sh', output, text], { cwd: tree }), await readFile(output, 'latin1'))
  } finally {
    await Promise.all([asking, text].map((path) => rm(path, { force: true })))
  }
}
