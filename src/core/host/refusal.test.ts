import { expect, test } from 'vitest'
import { explainRefusal } from './refusal.ts'

test.each([
  [
    "insmod: can't insert 'x.ko': invalid module format",
    ["[    9.1] x: version magic '6.1.0-53 SMP' should be '6.1.0-54 SMP'"],
    "x: version magic '6.1.0-53 SMP' should be '6.1.0-54 SMP'",
    /exactly this kernel/,
  ],
  [
    "insmod: can't insert 'x.ko': unknown symbol in module",
    ['[    9.1] x: loading out-of-tree module taints kernel.', '[    9.2] x: Unknown symbol secret_call (err -2)'],
    'x: Unknown symbol secret_call (err -2)',
    /does not export/,
  ],
  [
    "insmod: can't insert 'x.ko': Invalid argument",
    ["[    9.2] livepatch: symbol 'gone' not found in symbol table"],
    "livepatch: symbol 'gone' not found in symbol table",
    /exactly this kernel/,
  ],
  [
    "insmod: can't insert 'x.ko': Device or resource busy",
    [],
    "insmod: can't insert 'x.ko': Device or resource busy",
    /transition is under way/,
  ],
  [
    "insmod: can't insert 'x.ko': Device or resource busy",
    [
      "[    9.1] livepatch: enabling patch 'x'",
      '[    9.2] not today',
      "[    9.3] livepatch: pre-patch callback failed for object 'vmlinux'",
    ],
    "livepatch: pre-patch callback failed for object 'vmlinux': not today",
    /own callback refused/,
  ],
  [
    "insmod: can't insert 'x.ko': Operation not permitted",
    ['[    9.2] Lockdown: insmod: unsigned module loading is restricted; see man kernel_lockdown.7'],
    'Lockdown: insmod: unsigned module loading is restricted; see man kernel_lockdown.7',
    /a key that it trusts/,
  ],
  ["insmod: can't insert 'x.ko': something new", ['[    9.2] eth0: link up'], "insmod: can't insert 'x.ko': something new", /log above/],
])('%s is explained by the most telling line', (said, log, finding, advice) => {
  const refusal = explainRefusal(said, log)
  expect(refusal.finding).toBe(finding)
  expect(refusal.advice).toMatch(advice)
})
