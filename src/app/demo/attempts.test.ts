import { describe, expect, test } from 'vitest'
import { parseRelease } from '../../core/kernel/mod.ts'
import { planAttempts } from './attempts.ts'
import { FIXES } from './catalogue.ts'

const kernel = (release: string, version: string) => ({ release: parseRelease(release), version })
const source = (version: string) => ({ line: version.split('.').slice(0, 2).join('.'), version })
const K187 = kernel('6.1.0-53-cloud-amd64', '6.1.187-1')
const K190 = kernel('6.1.0-54-cloud-amd64', '6.1.190-1')
const K192 = kernel('6.1.0-55-cloud-amd64', '6.1.192-1')

/** `older>newer fix`, or `ours on older fix`. */
function plan(kernels: readonly ReturnType<typeof kernel>[], sources: readonly string[]): string[] {
  return planAttempts(kernels, sources.map(source), FIXES).map((attempt) =>
    attempt.kind === 'known'
      ? `${attempt.kernel.version}>${attempt.source.version} ${attempt.fix.id}`
      : `ours on ${attempt.kernel.version} ${attempt.fix.id}`,
  )
}

describe('what the demo tries', () => {
  test('is the newest kernel with the newest source first, the better fix before the other, older pairs after, our own at the end', () => {
    expect(plan([K187, K192, K190], ['6.1.190-1', '6.1.192-2', '6.1.192-1'])).toEqual([
      '6.1.190-1>6.1.192-2 flow_labels',
      '6.1.190-1>6.1.192-2 immutable_hint',
      '6.1.190-1>6.1.192-1 flow_labels',
      '6.1.190-1>6.1.192-1 immutable_hint',
      '6.1.187-1>6.1.192-2 flow_labels',
      '6.1.187-1>6.1.192-2 immutable_hint',
      '6.1.187-1>6.1.192-1 flow_labels',
      '6.1.187-1>6.1.192-1 immutable_hint',
      'ours on 6.1.192-1 cmdline',
      'ours on 6.1.192-1 version',
    ])
  })

  test.each([
    ['the only source is the kernel’s own', [K190], ['6.1.190-1']],
    ['all sources lack the fixes', [K187], ['6.1.190-1']],
    ['all kernels have the fixes', [K192], ['6.1.200-1']],
    ['the newer source is of another line', [K190], ['6.12.200-1']],
    ['the kernel is of a line without known fixes', [kernel('6.12.107+deb12-cloud-amd64', '6.12.107-1~deb12u1')], ['6.12.117-1~deb12u1']],
    ['there is no source', [K190], []],
  ])('is a fix of our own when %s', (_, kernels, sources) => {
    expect(plan(kernels, sources)).toEqual([`ours on ${kernels[0]?.version} cmdline`, `ours on ${kernels[0]?.version} version`])
  })

  test('is a known fix in an older pair when the newest kernels all have it', () => {
    const newer = kernel('6.1.0-60-cloud-amd64', '6.1.200-1')
    expect(plan([newer, K187], ['6.1.210-1', '6.1.200-1'])[0]).toBe('6.1.187-1>6.1.210-1 flow_labels')
  })

  test('looks into versions between the last without and the first with the fix', () => {
    expect(plan([kernel('6.1.0-54-cloud-amd64', '6.1.191-1')], ['6.1.192-1'])[0]).toBe('6.1.191-1>6.1.192-1 flow_labels')
    expect(plan([K190], ['6.1.191-1'])[0]).toBe('6.1.190-1>6.1.191-1 flow_labels')
  })

  test('is nothing without kernels', () => {
    expect(plan([], ['6.1.192-1'])).toEqual([])
  })
})
