import { type ElfFile, type ElfSymbol, findSection, readElf } from '../elf/mod.ts'
import { Fault } from '../base/mod.ts'
import { readBuildId } from './build-id.ts'
import { type Modinfo, modinfoValue, modinfoValues, parseModinfo } from './modinfo.ts'

/** What a module's file says about itself. */
export interface ModuleFile {
  /** As in /sys/module: dashes are underscores. */
  readonly name: string
  readonly elf: ElfFile
  readonly symbols: readonly ElfSymbol[]
  readonly modinfo: Modinfo
  readonly buildId: string | undefined
  readonly vermagic: string
  readonly srcversion: string | undefined
  /** Names of modules that must be loaded first. */
  readonly depends: readonly string[]
  readonly importedNamespaces: readonly string[]
}

/** Reads a .ko (uncompressed). Faults: those of `readElf`, and elf/malformed when it is no kernel module. */
export function readModuleFile(bytes: Uint8Array, file: string): ModuleFile {
  const object = readElf(bytes, file)
  const section = findSection(object, '.modinfo')
  const modinfo = parseModinfo(section?.data ?? new Uint8Array(0))
  const name = modinfoValue(modinfo, 'name')
  const vermagic = modinfoValue(modinfo, 'vermagic')
  if (name === undefined || vermagic === undefined) {
    throw new Fault('elf/malformed', 'Cannot read this as a kernel module: its .modinfo lacks name or vermagic', { in: file })
  }
  return {
    name,
    elf: object,
    symbols: object.symbols,
    modinfo,
    buildId: readBuildId(object),
    vermagic,
    srcversion: modinfoValue(modinfo, 'srcversion'),
    depends: (modinfoValue(modinfo, 'depends') ?? '').split(',').filter((depend) => depend !== ''),
    importedNamespaces: modinfoValues(modinfo, 'import_ns'),
  }
}

/** `fs/ext4/nf-foo.ko.xz` to `nf_foo`: how the kernel names the module of a path. */
export function moduleNameOfPath(path: string): string {
  const base = path.slice(path.lastIndexOf('/') + 1)
  return base.replace(/\.(ko|mod|o)(\.(xz|zst|gz))?$/, '').replaceAll('-', '_')
}
