import { describe, expect, test } from 'vitest'
import { type Site, decodeEntry } from './decode-entry.ts'
import { attachedBy, explainEntry, isPadAsShipped } from './explain-entry.ts'
import { parseKprobes } from './kprobes.ts'
import { parseLiveSymbols } from './live-symbols.ts'
import { parseTracedFunctions } from './traced-functions.ts'

const SYMBOLS = `ffffffff81000000 T _text
ffffffff81001000 t plain
ffffffff81002000 t patched
ffffffff81003000 t bpf_held
ffffffff81004000 t probed
ffffffff81005000 t twin
ffffffff81006000 t twin
ffffffff81060000 T ftrace_caller
ffffffff81061000 T innocent
ffffffffc0002000 t ftrace_trampoline\t[__builtin__ftrace]
ffffffffc0003000 t bpf_trampoline_64\t[bpf]
ffffffffc0004000 t ftrace_trampoline\t[rootkit]
`
const TRACED = `patched (1)   I   \ttramp: ftrace_trampoline+0x0/0x1000 [__builtin__ftrace] (klp_ftrace_handler+0x0/0x1b0) ->klp_ftrace_handler+0x0/0x1b0
bpf_held (1)     D   \ttramp: ftrace_regs_caller+0x0/0x70 (call_direct_funcs+0x0/0x20)
\tdirect-->bpf_trampoline_64+0x0/0x1000
twin (1) R    \ttramp: ftrace_trampoline+0x0/0x1000 [__builtin__ftrace] (kprobe_ftrace_handler+0x0/0x1b0) ->x+0x0/0x1b0
`
const KPROBES = 'ffffffff81004000  k  probed+0x0    \nffffffff81001000  k  plain+0x1    \n'
const symbols = parseLiveSymbols(SYMBOLS)
if (symbols === undefined) throw new Error('not read')
const attached = attachedBy({ symbols, traced: parseTracedFunctions(TRACED), kprobes: parseKprobes(KPROBES) })

const NOP: Site = { kind: 'nop' }
const call = (target: bigint): Site => ({ kind: 'call', target })
const BREAKPOINT: Site = { kind: 'breakpoint' }

const says = (pattern: RegExp) => expect.stringMatching(pattern) as string

describe('an entry:', () => {
  test.each([
    ['a NOP where nothing is attached', NOP, 'plain', 'untouched'],
    ['a NOP of a function that may be the untraced namesake', NOP, 'twin', 'untouched'],
    ['a NOP where a live patch should be', NOP, 'patched', says(/nothing is called, although ftrace lists/)],
    ['a call by a live patch', call(0xffffffffc0002000n), 'patched', ['live patch']],
    ['a call by several', call(0xffffffff81060000n), 'twin', ['kprobe']],
    ['a call by BPF', call(0xffffffffc0003000n), 'bpf_held', ['BPF']],
    ["a call to another's BPF program", call(0xffffffffc0003000n), 'patched', says(/no trampoline of ftrace or BPF/)],
    ['a call that ftrace does not list', call(0xffffffff81060000n), 'plain', says(/ftrace does not list the function/)],
    ['a call into code without a symbol', call(0xffffffffd0000000n), 'plain', says(/where the kernel has no symbol/)],
    ['a call beside a live patch', call(0xffffffff81061000n), 'patched', says(/\(innocent\), which is no trampoline/)],
    ["a call to a module's namesake of the trampoline", call(0xffffffffc0004000n), 'patched', says(/no trampoline/)],
    ['a breakpoint of a kprobe', BREAKPOINT, 'probed', ['kprobe']],
    ['a breakpoint of no kprobe', BREAKPOINT, 'patched', says(/no kprobe/)],
    ['a jump', { kind: 'jump', target: 0xffffffff81061000n }, 'probed', says(/it jumps to 0xffffffff81061000 \(innocent\)/)],
    ['any other bytes', { kind: 'other' }, 'plain', says(/neither ftrace nor a kprobe/)],
  ] as const)('%s', (_, site, name, expected) => {
    const siteAddress = symbols.byName.get(name)?.[0]?.address ?? 0n
    const verdict = explainEntry(site, { name, object: 'vmlinux', siteAddress }, attached)
    const said = verdict.kind === 'unexplained' ? verdict.finding : verdict.kind === 'explained' ? verdict.by : verdict.kind
    expect(said).toEqual(expected)
  })
})

test('a landing pad may be sealed, and no more', () => {
  const ENDBR64 = [0xf3, 0x0f, 0x1e, 0xfa]
  const isFine = (pad: readonly number[], shipped: readonly number[]) =>
    isPadAsShipped(Uint8Array.from(pad), Uint8Array.from(shipped), decodeEntry(Uint8Array.from([...pad, 0x0f, 0x1f, 0x44, 0, 0]), 0n))
  expect(isFine(ENDBR64, ENDBR64)).toBe(true)
  expect(isFine([0x66, 0x0f, 0x1f, 0x00], ENDBR64)).toBe(true)
  expect(isFine([0x90, 0x90, 0x90, 0x90], ENDBR64)).toBe(false)
  expect(isFine([], [])).toBe(true)
})
