import { describe, expect, test } from 'vitest'
import { checkApplied, checkNothingLeft } from './check-state.ts'
import { type LivepatchState, parseState } from './patch-state.ts'

const CLEAN = parseState('taint 0\nmodule loop\n')
const APPLIED = parseState(`patch fix 1 0
object vmlinux 1
function do_fcntl,1
object loop 1
function loop_attr_show,2
traced do_fcntl (1) R I
taint 45056
module loop
module fix
`)
const PROMISED = ['loop:loop_attr_show,2', 'vmlinux:do_fcntl,1']

describe('an applied live patch', () => {
  test('is right when sysfs lists exactly what is promised', () => {
    expect(checkApplied(APPLIED, 'fix', PROMISED)).toEqual([])
    expect(checkApplied(APPLIED, 'fix')).toEqual([])
  })

  test('has an object that waits for its module', () => {
    const waiting: LivepatchState = parseState('patch fix 1 0\nobject ext4 0\nfunction ext4_iget,1\ntaint 0\n')
    expect(checkApplied(waiting, 'fix')).toEqual([])
    expect(checkApplied({ ...waiting, modules: ['ext4'] }, 'fix')).toEqual(['fix: the object ext4 is loaded, but not patched'])
  })

  test.each([
    ['missing', CLEAN, PROMISED, ['sysfs does not list fix']],
    ['disabled', parseState('patch fix 0 0\nobject vmlinux 1\nfunction a,1\n'), ['vmlinux:a,1'], ['fix is not enabled']],
    ['short of a function', APPLIED, [...PROMISED, 'vmlinux:more,1'], ['the manifest promises vmlinux:more,1, sysfs does not list it']],
    ['with one too many', APPLIED, PROMISED.slice(0, 1), ['sysfs lists vmlinux:do_fcntl,1, the manifest does not']],
    [
      'at another place',
      APPLIED,
      ['loop:loop_attr_show,1', 'vmlinux:do_fcntl,1'],
      ['the manifest promises loop:loop_attr_show,1, sysfs does not list it', 'sysfs lists loop:loop_attr_show,2, the manifest does not'],
    ],
  ])('is wrong when it is %s', (_, state, promised, findings) => {
    expect(checkApplied(state, 'fix', promised)).toEqual(findings)
  })
})

describe('a live patch that was taken out', () => {
  test('leaves nothing but the taint of having been there', () => {
    expect(checkNothingLeft(CLEAN, { ...CLEAN, taint: (1 << 12) | (1 << 13) | (1 << 15) })).toEqual([])
  })

  test('is told by everything that it leaves', () => {
    expect(checkNothingLeft(CLEAN, { ...APPLIED, taint: 1 << 9 })).toEqual([
      'live patch left behind: fix',
      'traced function left behind: do_fcntl',
      'module left behind: fix',
      'unexpected taint bits 0x200',
    ])
  })
})
