import { expect, test } from 'vitest'
import { kprobesIn, parseKprobes } from './kprobes.ts'

const TEXT = `ffffffff81001004  k  do_sys_open+0x4    [FTRACE]
ffffffff81002010  r  vfs_read+0x10    [DISABLED]
ffffffff81003000  k  vfs_write+0x0    [OPTIMIZED]
ffffffffc0001000  k  lo_open+0x0  loop  
ffffffffc0002000  k  gone+0x0    [GONE]
`

test('kprobes are read from their own list', () => {
  const probes = parseKprobes(TEXT)
  expect(probes.map(({ place, object, kind, by, isDisabled }) => [place, object, kind, by, isDisabled])).toEqual([
    ['do_sys_open+0x4', 'vmlinux', 'probe', 'ftrace', false],
    ['vfs_read+0x10', 'vmlinux', 'return probe', 'breakpoint', true],
    ['vfs_write+0x0', 'vmlinux', 'probe', 'jump', false],
    ['lo_open+0x0', 'loop', 'probe', 'breakpoint', false],
  ])
  expect(kprobesIn(probes, { name: 'vfs_read', object: 'vmlinux' })).toHaveLength(1)
  expect(kprobesIn(probes, { name: 'vfs_read', object: 'loop' })).toEqual([])
})
