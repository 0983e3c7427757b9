import { expect, test } from 'vitest'
import { kmendHome } from './home.ts'

test.each([
  [{ KMEND_HOME: '/data/kmend', XDG_CACHE_HOME: '/x' }, '/data/kmend'],
  [{ XDG_CACHE_HOME: '/x' }, '/x/kmend'],
  [{ KMEND_HOME: '', XDG_CACHE_HOME: '' }, expect.stringMatching(/\/\.cache\/kmend$/)],
])('%j is %s', (env, home) => {
  expect(kmendHome(env)).toEqual(home)
})
