import { expect, test } from 'vitest'
import { RELEASE_NOTE } from '../../../test/kit/release-note-specimen.ts'
import { formatAdvisory } from './advisory-text.ts'

const plain = { bold: (text: string) => text, dim: (text: string) => text }

test('an advisory for people fits a screen, the worst first', () => {
  const many = Array.from({ length: 40 }, (_, at) => ({ ...RELEASE_NOTE.issues[1], id: `CVE-2026-${1000 + at}` }))
  const lines = formatAdvisory({ ...RELEASE_NOTE, issues: [...many, ...RELEASE_NOTE.issues] as typeof RELEASE_NOTE.issues }, plain)
  expect(lines.length).toBeLessThanOrEqual(24)
  expect(lines.filter((line) => line.startsWith('  '))).toEqual([
    '  CVE-2026-97597  7.8  exploited since 2026-11-02: ipv6: flowlabel: cap duplicate leases per socket',
    ...Array.from({ length: 11 }, (_, at) => `  CVE-2026-${1000 + at}   -`),
    '  and 30 more: --json lists all',
  ])
  expect(lines.at(-2)).toBe('Without a reboot: kmend apply. With one: the kernel package 6.1.192-1 or a later one.')
})
