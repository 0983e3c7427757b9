import { relocationKind } from '../arch/mod.ts'
import { type ElfFile, elf, findSection, readRelocations } from '../elf/mod.ts'
import { type SymbolVersion, modinfoValue, parseModinfo } from '../kernel/mod.ts'
import { VMLINUX, parseKlpSymbol } from '../klp/mod.ts'

export interface LintRequest {
  readonly module: ElfFile
  readonly exports: readonly SymbolVersion[]
  readonly release: string
  /** Bytes of `struct module` in the target kernel. */
  readonly moduleStructSize: number
}

/**
 * What the kernel's loader and livepatch core would refuse (kernel/module/main.c, kernel/livepatch/core.c, arch/x86/kernel/module.c),
 * all findings at once. A module without findings still has to be proved on the kernel itself.
 */
export function lintModule(request: LintRequest): string[] {
  return [
    ...lintModinfo(request),
    ...lintSymbols(request),
    ...lintLivepatchRelocations(request.module),
    ...lintRelocations(request.module),
    ...lintStruct(request),
  ]
}

function lintModinfo({ module, release }: LintRequest): string[] {
  const modinfo = parseModinfo(findSection(module, '.modinfo')?.data ?? new Uint8Array(0))
  const findings: string[] = []
  if (modinfoValue(modinfo, 'livepatch') !== 'Y') findings.push('.modinfo lacks livepatch=Y')
  if (modinfoValue(modinfo, 'license') !== 'GPL') findings.push('.modinfo lacks license=GPL')
  const vermagic = modinfoValue(modinfo, 'vermagic')
  if (vermagic?.split(' ')[0] !== release) findings.push(`vermagic "${vermagic ?? ''}" is not that of ${release}`)
  const name = modinfoValue(modinfo, 'name') ?? ''
  if (name.length === 0 || name.length > 55) findings.push(`the module's name "${name}" has ${name.length} characters: 1 to 55 are allowed`)
  return findings
}

function lintSymbols({ module, exports }: LintRequest): string[] {
  const exported = new Map(exports.map((version) => [version.name, version]))
  const versions = readVersions(module)
  return module.symbols.slice(1).flatMap((symbol) => {
    if (symbol.section === elf.SHN.LIVEPATCH)
      return parseKlpSymbol(symbol.name) === undefined ? [`${symbol.name} is no livepatch symbol name`] : []
    if (symbol.section !== elf.SHN.UNDEF || symbol.name === '' || symbol.bind === elf.STB.WEAK) return []
    const known = exported.get(symbol.name)
    if (known === undefined) return [`the undefined symbol ${symbol.name} is exported by nothing`]
    return versions.get(symbol.name) === known.crc ? [] : [`__versions lacks the CRC of ${symbol.name}`]
  })
}

function readVersions(module: ElfFile): Map<string, number> {
  const section = findSection(module, '__versions')
  const versions = new Map<string, number>()
  if (section === undefined) return versions
  const view = new DataView(section.data.buffer, section.data.byteOffset, section.data.length)
  for (let at = 0; at + 64 <= section.size; at += 64) {
    const bytes = section.data.subarray(at + 8, at + 64)
    const end = bytes.indexOf(0)
    versions.set(String.fromCharCode(...bytes.subarray(0, end < 0 ? 56 : end)), view.getUint32(at, true))
  }
  return versions
}

function lintLivepatchRelocations(module: ElfFile): string[] {
  return module.sections.flatMap((section) => {
    const match = /^\.klp\.rela\.([^.]{1,55})\.(.+)$/.exec(section.name)
    if (match === null) return section.name.startsWith('.klp.rela') ? [`${section.name} is no livepatch relocation section name`] : []
    const [, object = '', base = ''] = match
    const findings: string[] = []
    const target = module.sections[section.info]
    if (target?.name !== base) findings.push(`${section.name} patches ${target?.name ?? 'nothing'}`)
    if ((section.flags & elf.SHF.RELA_LIVEPATCH) === 0) findings.push(`${section.name} lacks SHF_RELA_LIVEPATCH`)
    const isEarly = target !== undefined && EARLY.has(target.name)
    for (const relocation of readRelocations(module, section)) {
      const symbol = parseKlpSymbol(module.symbols[relocation.symbol]?.name ?? '')
      if (symbol === undefined) findings.push(`${section.name} refers to a symbol that is not the livepatch core's`)
      else if (object !== VMLINUX && symbol.object === VMLINUX) findings.push(`${section.name} may not refer to ${symbol.name} of vmlinux`)
      else if (object === VMLINUX && symbol.object !== VMLINUX)
        findings.push(`${section.name} refers to ${symbol.name} of ${symbol.object}, which may not be loaded`)
      if (isEarly && symbol !== undefined && symbol.object !== VMLINUX)
        findings.push(`${target.name} is read before ${symbol.object} can be resolved (${symbol.name})`)
    }
    return findings
  })
}

/** Tables that the loader reads while the patch module loads, before any other object's relocations apply. */
const EARLY: ReadonlySet<string> = new Set([
  '.altinstructions',
  '.altinstr_replacement',
  '.parainstructions',
  '__jump_table',
  '.static_call_sites',
  '__bug_table',
  '__ex_table',
])

/** The x86 loader refuses a field that is not zero. */
function lintRelocations(module: ElfFile): string[] {
  return module.sections
    .filter((section) => section.type === elf.SHT.RELA)
    .flatMap((table) => {
      const section = module.sections[table.info]
      if (section === undefined || section.type === elf.SHT.NOBITS) return []
      const bad = readRelocations(module, table).find(({ offset, type }) =>
        section.data.subarray(offset, offset + relocationKind(type, section.name).size).some((byte) => byte !== 0),
      )
      return bad === undefined ? [] : [`${section.name}+0x${bad.offset.toString(16)} is not zero before its relocation`]
    })
}

function lintStruct({ module, moduleStructSize }: LintRequest): string[] {
  const section = findSection(module, '.gnu.linkonce.this_module')
  if (section === undefined) return ['the module has no .gnu.linkonce.this_module']
  return section.size === moduleStructSize ? [] : [`struct module has ${section.size} bytes here and ${moduleStructSize} in the kernel`]
}
