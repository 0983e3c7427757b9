import { expect, test } from 'vitest'
import { formatStraggler, parseStragglers } from './straggler.ts'

const PRINTED = `task 33 kauditd
frame [<0>] kauditd_thread+0x1a3/0x2b0
frame [<0>] kthread+0xd7/0x100
task 412 my program
`

test('stragglers are shown with where they sleep', () => {
  expect(parseStragglers(PRINTED).map(formatStraggler)).toEqual(['kauditd (task 33), in kauditd_thread < kthread', 'my program (task 412)'])
})
