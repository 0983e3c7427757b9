/** Why a kernel did not load a live patch: what it and its loader said, and what can be done. */

export interface LoadRefusal {
  readonly finding: string
  readonly advice: string
}

const ANOTHER_BUILD = 'build it for exactly this kernel: kmend kernel list, kmend build --kernel'

/** kernel/module/signing.c; where lockdown alone asks for signatures, it says so in the log and insmod speaks of a permission. */
const ABOUT_SIGNATURE = /Key was rejected|Required key not available|Loading of .* is rejected|Lockdown: .*unsigned module|Bad message/

/** Whether the reason that `explainRefusal` found is the module's signature, or the lack of one. */
export function isAboutSignature(finding: string): boolean {
  return ABOUT_SIGNATURE.test(finding)
}

/** Messages of kernel/module/, kernel/livepatch/ and of insmod, the most telling first. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/disagrees about version of symbol|version magic|no symbol version for|module_layout/, ANOTHER_BUILD],
  [/Unknown symbol/, 'it uses a function that this kernel does not export: build it again, and look at the notes of the build'],
  [/symbol '.*' not found in symbol table|symbol position .* not found/, ANOTHER_BUILD],
  [/unresolvable ambiguity for symbol/, 'several functions have this name: the live patch must say which (sympos); kmend build does'],
  [/failed to find location for function/, 'this kernel cannot redirect the function: it is not traced, so no live patch can replace it'],
  [/failed to (?:register|set) ftrace/, 'something else holds this function (a kprobe, or a BPF program): take that off first'],
  [
    /not compatible with the already installed livepatches/,
    'remove the live patch that is loaded, or build this one so that it replaces others',
  ],
  [/pre-patch callback failed/, "the live patch's own callback refused: its message in the kernel's log says why"],
  [
    /existing value is nonzero|invalid relocation target/,
    'the module was loaded before and not cleaned up by this kernel: reboot, or leave that module alone',
  ],
  [ABOUT_SIGNATURE, 'this kernel loads modules only that are signed with a key that it trusts: kmend doctor lists those'],
  [/Device or resource busy/, 'another transition is under way: wait until it has ended'],
  [/File exists/, 'a module of this name is loaded already: remove it, or build with another --name'],
  [/Exec format error|Invalid module format|Invalid ELF/, ANOTHER_BUILD],
]

/** `said` is what insmod said; `log` are the lines that the kernel has logged since. */
export function explainRefusal(said: string, log: readonly string[]): LoadRefusal {
  const lines = log.map(withoutTime).filter((line) => line !== '')
  const candidates = [...lines, said.trim()]
  for (const [pattern, advice] of REASONS) {
    const line = candidates.find((text) => pattern.test(text))
    if (line !== undefined) return { finding: withCause(line, lines), advice }
  }
  return { finding: said.trim(), advice: "the kernel's log above is all it says" }
}

/** A callback that refuses says why just before the livepatch core says that it did. */
function withCause(line: string, lines: readonly string[]): string {
  const cause = /pre-patch callback failed/.test(line) ? lines[lines.indexOf(line) - 1] : undefined
  return cause === undefined || cause.startsWith('livepatch: ') ? line : `${line}: ${cause}`
}

/** `[   12.345678] livepatch: …` without its time. */
function withoutTime(line: string): string {
  return line.replace(/^\[ *\d+\.\d+\] /, '').trim()
}
