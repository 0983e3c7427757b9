import { Fault } from '../base/mod.ts'

/** One exported symbol, as Module.symvers lists it. */
export interface SymbolVersion {
  readonly name: string
  readonly crc: number
  /** `vmlinux`, or the path of the module without `.ko`. */
  readonly owner: string
  readonly isGplOnly: boolean
  /** Empty when the symbol is in no namespace. */
  readonly namespace: string
}

const LINE = /^0x([0-9a-f]{8})\t([^\t]+)\t([^\t]+)\t(EXPORT_SYMBOL(?:_GPL)?)(?:\t([^\t]*))?$/

/** Faults: kernel/symvers, with the line. */
export function parseModuleSymvers(text: string, file: string): SymbolVersion[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.map((line, index) => {
    const match = LINE.exec(line)
    if (match === null) {
      throw new Fault(
        'kernel/symvers',
        `Cannot read "${line.slice(0, 80)}": expected crc, symbol, owner, EXPORT_SYMBOL or EXPORT_SYMBOL_GPL, namespace`,
        {
          in: `${file}, line ${index + 1}`,
        },
      )
    }
    const [, crc = '', name = '', owner = '', kind = '', namespace = ''] = match
    return { name, crc: Number.parseInt(crc, 16), owner, isGplOnly: kind === 'EXPORT_SYMBOL_GPL', namespace }
  })
}

export function formatModuleSymvers(versions: readonly SymbolVersion[]): string {
  return versions
    .map(({ name, crc, owner, isGplOnly, namespace }) => {
      const kind = isGplOnly ? 'EXPORT_SYMBOL_GPL' : 'EXPORT_SYMBOL'
      return `${formatCrc(crc)}\t${name}\t${owner}\t${kind}\t${namespace}\n`
    })
    .join('')
}

/** As Module.symvers and C have it: `0x0000abcd`. */
export function formatCrc(crc: number): string {
  return `0x${crc.toString(16).padStart(8, '0')}`
}
