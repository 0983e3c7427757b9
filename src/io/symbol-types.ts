import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type SymbolTypes, type UnitCommand, parseSymbolTypes } from '../core/kernel/mod.ts'
import { execOk } from './exec.ts'

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
  const [program = '', ...flags] = unit.compiler
  const preprocess = ['-E', '-D__GENKSYMS__', ...flags.filter((flag) => flag !== '-c'), source]
  const text = await execOk(program, preprocess, { cwd: tree, env: { PWD: tree }, package: program })
  const asked = functions.map((name) => `__GENKSYMS_EXPORT_SYMBOL(${name});\n`).join('')
  const versions = await execOk('scripts/genksyms/genksyms', ['-T', output], { cwd: tree, input: `${text}\n${asked}` })
  return parseSymbolTypes(versions, await readFile(output, 'latin1'))
}
