import { expect, test } from 'vitest'
import { parseTracedFunctions } from './traced-functions.ts'

const TEXT = `version_proc_show (1)   I   \ttramp: ftrace_trampoline+0x0/0x1000 [__builtin__ftrace] (klp_ftrace_handler+0x0/0x1b0) ->klp_ftrace_handler+0x0/0x1b0
loop_attr_do_show_offset [loop] (2) R I     ->ftrace_ops_list_func+0x0/0x1c0
kernel_clone (1)     D   \ttramp: ftrace_regs_caller+0x0/0x70 (call_direct_funcs+0x0/0x20)
\tdirect-->bpf_trampoline_6442494907+0x0/0x1000
probed (1) R    \ttramp: 0xffffffffc04a2000 (kprobe_ftrace_handler+0x0/0x1b0) ->kprobe_ftrace_handler+0x0/0x1b0
hooked (1) R I     M \ttramp: 0xffffffffc0331000 (thunk+0x0/0x60 [rootkit]) ->ftrace_ops_assist_func+0x0/0x110
`

test('what ftrace has attached is read from its own list', () => {
  const line = expect.any(String) as string
  expect(parseTracedFunctions(TEXT)).toEqual([
    {
      name: 'version_proc_show',
      object: 'vmlinux',
      count: 1,
      flags: ['redirects'],
      handlers: ['klp_ftrace_handler'],
      direct: undefined,
      line,
    },
    {
      name: 'loop_attr_do_show_offset',
      object: 'loop',
      count: 2,
      flags: ['registers', 'redirects'],
      handlers: [],
      direct: undefined,
      line,
    },
    {
      name: 'kernel_clone',
      object: 'vmlinux',
      count: 1,
      flags: ['direct'],
      handlers: ['call_direct_funcs'],
      direct: 'bpf_trampoline_6442494907',
      line,
    },
    { name: 'probed', object: 'vmlinux', count: 1, flags: ['registers'], handlers: ['kprobe_ftrace_handler'], direct: undefined, line },
    {
      name: 'hooked',
      object: 'vmlinux',
      count: 1,
      flags: ['registers', 'redirects', 'was-modified'],
      handlers: ['thunk [rootkit]'],
      direct: undefined,
      line,
    },
  ])
})
