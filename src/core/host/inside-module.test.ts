import { expect, test } from 'vitest'
import { type SeenTask, parseSeenTask, placeOfTask } from './inside-module.ts'

const ASLEEP = ['do_nanosleep+0x67/0x160', 'hrtimer_nanosleep+0xb5/0x1a0', 'do_syscall_64+0x55/0xb0']
const IN_COLD = ['schedule+0x5a/0xd0', 'pipe_read.cold+0x1f/0x40 [fix_1]', 'vfs_read+0x239/0x310']
const DEEP = Array.from({ length: 64 }, () => 'ovl_read_iter+0xe3/0x250 [overlay]')

test.each<[string, Partial<SeenTask>, Partial<SeenTask> | undefined, string]>([
  ['sleeps in code of the kernel', { stack: ASLEEP }, undefined, 'outside'],
  ['sleeps in a cold part of the module', { stack: IN_COLD }, undefined, 'inside'],
  ['sleeps in a module whose name begins alike', { stack: ['fix+0x1f/0x40 [fix_11]'] }, undefined, 'outside'],
  ['sleeps in a function of that name', { stack: ['fix_1+0x1f/0x40'] }, undefined, 'outside'],
  ['sleeps deeper than what is shown', { stack: DEEP }, undefined, 'unseen'],
  ['runs', { state: 'R' }, undefined, 'unseen'],
  ['runs, and has not been in user space meanwhile', { state: 'R', userTicks: 7 }, { userTicks: 7 }, 'unseen'],
  ['runs, and has been in user space meanwhile', { state: 'R', userTicks: 8 }, { userTicks: 7 }, 'outside'],
  ['is in it, and has been in user space meanwhile', { stack: IN_COLD, userTicks: 8 }, { userTicks: 7 }, 'inside'],
  ['sleeps, and does not show where', {}, {}, 'unseen'],
  ['has ended', { state: 'Z' }, undefined, 'outside'],
])('a task that %s', (_, task, first, place) => {
  expect(placeOfTask(seen(task), 'fix_1', first && seen(first))).toBe(place)
})

test('a task is read from /proc, whatever its name is', () => {
  const stat = '12 (a) R (b) S 1 12 12 0 -1 4194560 120 0 0 0 37 21 0 0 20 0 1 0 3300 4096 1 18446744073709551615\n'
  const stack = '[<0>] pipe_read.cold+0x1f/0x40 [fix_1]\n[<0>] vfs_read+0x239/0x310\n'
  expect(parseSeenTask({ pid: 12, tid: 13 }, { stat, stack })).toEqual({
    ...{ pid: 12, tid: 13, state: 'S', userTicks: 37 },
    stack: ['pipe_read.cold+0x1f/0x40 [fix_1]', 'vfs_read+0x239/0x310'],
  })
  expect(parseSeenTask({ pid: 12, tid: 13 }, { stat, stack: undefined })?.stack).toEqual([])
  expect(parseSeenTask({ pid: 12, tid: 13 }, { stat: undefined, stack: undefined })).toBe(undefined)
})

function seen(task: Partial<SeenTask>): SeenTask {
  return { pid: 12, tid: 12, state: 'S', userTicks: 0, stack: [], ...task }
}
