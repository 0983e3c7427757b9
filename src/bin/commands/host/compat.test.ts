import { expect, test } from 'vitest'
import { calledAs } from './compat.ts'

test.each<[string, string, readonly string[], ReturnType<typeof calledAs>]>([
  [
    'a link of the executable',
    '/usr/bin/klp',
    ['/usr/bin/kmend', '/usr/bin/kmend', '-v', 'patches'],
    { name: 'klp', words: ['-v', 'patches'] },
  ],
  ['found in PATH', 'kpatch', ['/usr/bin/kmend', 'kpatch', 'list'], { name: 'kpatch', words: ['list'] }],
  ['a command of kmend', 'kmend', ['/usr/bin/kmend', '/usr/bin/kmend', 'klp', '--version'], { name: 'klp', words: ['--version'] }],
  ['kmend from its sources', 'node', ['/usr/bin/node', '/src/bin/kmend.ts', 'kpatch'], { name: 'kpatch', words: [] }],
  ['kmend itself', 'kmend', ['/usr/bin/kmend', '/usr/bin/kmend', 'status'], undefined],
  ['kmend without a word', 'kmend', ['/usr/bin/kmend', '/usr/bin/kmend'], undefined],
])('%s', (_, argv0, argv, called) => {
  expect(calledAs(argv0, argv)).toEqual(called)
})
