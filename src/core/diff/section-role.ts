import { type ElfSection, elf } from '../elf/mod.ts'
import { BTF_IDS } from './btf-ids.ts'
import { isSpecialSection } from './special-sections.ts'

/** What a section of a kernel object is to the diff. */
export type SectionRole =
  /** Functions and data, cut into items. */
  | 'items'
  /** Lists of BTF ids (btf-ids.ts). */
  | 'id-lists'
  /** A table whose entries describe places in code (special-sections.ts). */
  | 'special'
  /** Registers something at boot or module load: it has run already, so it is never carried; a change is noted. */
  | 'registration'
  /** Nothing that runs. */
  | 'ignored'

/** Prefixes of sections that only build tools read, and of the export tables (a live patch exports nothing new). */
const IGNORED = beginningWith([
  '.discard',
  '.comment',
  '.note',
  '.debug',
  '.BTF',
  '.llvm',
  '.export_symbol',
  '___ksymtab',
  '___kcrctab',
  '__ksymtab',
  '__kcrctab',
  '.printk_index',
  '.static_call.text.discard',
  '__patchable_function_entries', // read for the padding that it lists
  '.ibt_endbr_seal', // of all units of an object together: never made from one
])

/** Linker-made arrays that the kernel walks once, at boot or when the owning module loads, and what is read of a module before it does. */
const REGISTRATIONS = beginningWith([
  '.initcall',
  '.con_initcall',
  '.init.setup',
  '.init_array',
  '.ctors',
  '.pci_fixup',
  '.modinfo',
  '__param',
  '__modver',
  '__syscalls_metadata',
  '_ftrace_events',
  '_ftrace_eval_map',
  '__tracepoints_ptrs',
  '__tracepoints_strings',
  '__bpf_raw_tp_map',
  '_error_injection_whitelist',
  '_kprobe_blacklist',
])

export function sectionRole(section: ElfSection): SectionRole {
  const { name } = section
  if (isSpecialSection(name)) return 'special'
  if (name === BTF_IDS) return 'id-lists'
  if (IGNORED.test(name)) return 'ignored'
  if (REGISTRATIONS.test(name)) return 'registration'
  const isContent = section.type === elf.SHT.PROGBITS || section.type === elf.SHT.NOBITS
  return isContent && (section.flags & elf.SHF.ALLOC) !== 0 ? 'items' : 'ignored'
}

/** One expression for all: an object has thousands of sections, and each is asked about more than once. */
function beginningWith(prefixes: readonly string[]): RegExp {
  return new RegExp(`^(?:${prefixes.map((prefix) => prefix.replaceAll('.', '\\.')).join('|')})`)
}

/** Where the compiler puts data by itself, and where marks such as `__read_mostly` do: what lies there is no entry of a table. */
export function isPlainSection(name: string): boolean {
  return /^\.(data|rodata|bss|ref|meminit|memexit|kmend)(\.|$)/.test(name)
}

/** Variables with a copy for each CPU, reached by an offset from its area: plain, `..read_mostly`, `..shared_aligned`, … */
export function isPerCpuSection(name: string): boolean {
  return name.startsWith('.data..percpu')
}

/**
 * Code and data that are gone once the kernel (or the module) has started, or that run only when a module leaves. `.meminit.*` and `.memexit.*` stay: modules
 * drop `.init*` alone, and vmlinux keeps them where memory can be hot-plugged (MEM_KEEP in vmlinux.lds.h).
 */
export function isInitSection(name: string): boolean {
  return /^\.(init|exit|head)\./.test(name)
}
