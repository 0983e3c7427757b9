import { elf } from '../elf/mod.ts'

/**
 * Names that the livepatch core parses (Documentation/livepatch/module-elf-format.rst): symbols `.klp.sym.<object>.<name>,<sympos>` and
 * relocation sections `.klp.rela.<object>.<section>`.
 */

export const VMLINUX = 'vmlinux'

/** A symbol that the livepatch core looks up in an object; sympos 0 means that it has no namesake there. */
export interface KlpSymbol {
  readonly object: string
  readonly name: string
  readonly sympos: number
}

export function formatKlpSymbol({ object, name, sympos }: KlpSymbol): string {
  return `.klp.sym.${object}.${name},${sympos}`
}

export function parseKlpSymbol(text: string): KlpSymbol | undefined {
  const match = /^\.klp\.sym\.([^.]{1,55})\.([^,]{1,511}),(\d+)$/.exec(text)
  if (match === null) return undefined
  const [, object = '', name = '', sympos = ''] = match
  return { object, name, sympos: Number(sympos) }
}

/** `object` is the one whose loading makes the relocations apply. */
export function klpRelocationSection(object: string, section: string): { readonly name: string; readonly flags: number } {
  return { name: `.klp.rela.${object}.${section}`, flags: elf.SHF.ALLOC | elf.SHF.INFO_LINK | elf.SHF.RELA_LIVEPATCH }
}
