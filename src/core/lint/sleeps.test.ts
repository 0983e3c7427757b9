import { expect, test } from 'vitest'
import { brief, reviewSpecimen } from '../../../test/kit/lint-specimen.ts'

const FILL = `int foo_fill(struct foo *foo)
{
-	return fill(foo);
+	foo->page = kmalloc(64, GFP_KERNEL);
+	return fill(foo);
}
`
const said = (text: string, others: Readonly<Record<string, string>> = {}) =>
  brief(reviewSpecimen({ text, others })).filter((line) => line.includes('newly-sleeps'))

test.each([
  ['spin_lock_bh(&bar->lock);', 'spin_unlock_bh(&bar->lock);', 'stop', 'bar->lock'],
  ['rcu_read_lock();', 'rcu_read_unlock();', 'careful', 'rcu_read()'],
])('a caller in another file that holds it by %s', (take, drop, severity, lock) => {
  const bar = (order: readonly string[]) => ({ 'net/bar.c': `int bar(struct bar *bar)\n{\n	${order.join('\n	')}\n	return 0;\n}` })
  expect(said(FILL, bar([take, 'foo_fill(bar->foo);', drop]))).toEqual([
    `${severity} newly-sleeps foo_fill: GFP_KERNEL can sleep, and bar (net/bar.c:4) calls this function with ${lock} held`,
  ])
  expect(said(FILL, bar([take, drop, 'foo_fill(bar->foo);']))).toEqual([])
})

test('what makes it a callback of code that may not sleep', () => {
  const setup = (line: string) => `${FILL}\nstatic void foo_setup(struct foo *foo)\n{\n	${line}\n}`
  expect(said(setup('timer_setup(&foo->timer, foo_fill, 0);'))).toEqual([
    'careful newly-sleeps foo_fill: GFP_KERNEL can sleep, and net/foo.c:9 makes it a callback that may not',
  ])
  expect(said(setup('INIT_WORK(&foo->work, foo_fill);'))).toEqual([])
})

test('what could sleep before has callers that let it', () => {
  const bar = {
    'net/bar.c': 'int bar(struct bar *bar)\n{\n	rcu_read_lock();\n	foo_fill(bar->foo);\n	rcu_read_unlock();\n	return 0;\n}',
  }
  expect(said(FILL.replace('{\n', '{\n	msleep(1);\n'), bar)).toEqual([])
})
