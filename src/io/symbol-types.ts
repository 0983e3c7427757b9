import { appendFile, mkdir, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
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
  { functions, output }: { readonly functions: readonly string[]; readonly output: string },
): Promise<SymbolTypes> {
  await mkdir(dirname(output), { recursive: true })
  const text = `${output}.i`
  try {
    // The unit's own file, as kbuild names it, and with line markers: the first of them names the source file to genksyms, which sees no further than the
    // names of structs, unions and enums that stand there (`in_source_file` in scripts/genksyms/lex.l). Included by another file it would look into them.
    const [program = '', ...flags] = unit.compiler
    const preprocess = ['-E', '-D__GENKSYMS__', ...flags.filter((flag) => flag !== '-c'), '-o', text, unit.source]
    await execApartOk(program, preprocess, { cwd: tree, env: { PWD: tree }, package: program })
    // At the end, where it changes nothing that genksyms says of the lines before.
    await appendFile(text, functions.map((name) => `__GENKSYMS_EXPORT_SYMBOL(${name});\n`).join(''))
    return parseSymbolTypes(await execApartOk('sh', ['-c', GENKSYMS, 'sh', output, text], { cwd: tree }), await readFile(output, 'latin1'))
  } finally {
    await rm(text, { force: true })
  }
}
