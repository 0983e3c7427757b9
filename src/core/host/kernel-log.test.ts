import { expect, test } from 'vitest'
import { classifyLog } from './kernel-log.ts'

test.each([
  ['[ 1.0] BUG: unable to handle page fault for address: ffff', 'oops'],
  ['[ 1.0] Oops: 0000 [#1] PREEMPT SMP', 'oops'],
  ['[ 1.0] kernel BUG at fs/inode.c:1!', 'oops'],
  ['[ 1.0] general protection fault, probably for non-canonical address', 'oops'],
  ['[ 1.0] WARNING: CPU: 0 PID: 1 at kernel/x.c:1 f+0x1/0x2', 'warning'],
  ['[ 1.0] BUG: sleeping function called from invalid context', 'warning'],
  ['[ 1.0] Unpatched return thunk in use. This should not happen!', 'warning'],
  ['[ 1.0] INFO: task kworker/0:1:22 blocked for more than 120 seconds.', 'warning'],
  ["[ 1.0] livepatch: symbol 'x' not found in symbol table", 'loader'],
  ['[ 1.0] fix: disagrees about version of symbol module_layout', 'loader'],
])('%s is a finding', (line, kind) => {
  expect(classifyLog(`${line}\n`)).toEqual([{ kind, line }])
})

test('what a live patch always leaves in the log is no finding', () => {
  const usual = `[ 4.1] fix: loading out-of-tree module taints kernel.
[ 4.1] fix: tainting kernel with TAINT_LIVEPATCH
[ 4.1] fix: module verification failed: signature and/or required key missing - tainting kernel
[ 4.2] livepatch: enabling patch 'fix'
[ 4.2] livepatch: 'fix': starting patching transition
[ 4.9] livepatch: 'fix': patching complete
[ 6.0] livepatch: 'fix': starting unpatching transition
[ 6.5] livepatch: 'fix': unpatching complete
[ 6.9] loop: module loaded
[ 7.1] livepatch: enabling patch 'bug_not_found_fail'
[ 7.2] livepatch: 'invalid': patching complete
`
  expect(classifyLog(usual)).toEqual([])
})
