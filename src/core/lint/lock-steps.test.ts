import { expect, test } from 'vitest'
import { readC } from './c-text.ts'
import { lockSteps } from './lock-steps.ts'

function heldAt(body: string): string[] {
  const [func] = readC('foo.c', `int foo(struct foo *foo)\n{\n${body}\n}\n`).functions
  if (func === undefined) throw new Error('the specimen has a function')
  const { heldAt: held } = lockSteps(func)
  return func.body
    .filter(({ text }) => text.includes('here('))
    .map(({ at }) =>
      held(at)
        .map(({ key }) => key)
        .join(' '),
    )
}

test('a block that jumps away does not drop the lock for what follows', () => {
  expect(
    heldAt(
      '\tmutex_lock(&foo->lock);\n\tif (foo->dead) {\n\t\tmutex_unlock(&foo->lock);\n\t\there();\n\t\treturn 0;\n\t}\n\there();\n\tmutex_unlock(&foo->lock);\n\there();',
    ),
  ).toEqual(['', 'foo->lock', ''])
})

test('a label holds what was held where it is jumped to', () => {
  expect(
    heldAt(
      '\tspin_lock(&foo->lock);\n\tif (foo->dead)\n\t\tgoto out;\n\tspin_unlock(&foo->lock);\n\treturn 0;\nout:\n\there();\n\tspin_unlock(&foo->lock);',
    ),
  ).toEqual(['foo->lock'])
})

test('guards, sockets and semaphores are locks; assertions and accessors are not', () => {
  expect(heldAt('\tguard(mutex)(&foo->lock);\n\there();')).toEqual(['foo->lock'])
  expect(heldAt('\tlock_sock(sk);\n\there();\n\trelease_sock(sk);\n\there();')).toEqual(['sock(sk)', ''])
  expect(heldAt('\tif (!down_read_trylock(&foo->sem))\n\t\treturn 0;\n\there();')).toEqual(['foo->sem'])
  expect(heldAt('\tlockdep_assert_held(&foo->lock);\n\tspin_lock_init(&foo->lock);\n\tlock = qdisc_lock(q);\n\there();')).toEqual([''])
})
