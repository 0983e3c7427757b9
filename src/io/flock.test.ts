import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { once } from 'node:events'
import { afterAll, expect, test } from 'vitest'
import { isFlocked, withFlock } from './flock.ts'

const folder = mkdtempSync(`${tmpdir()}/kmend-flock-`)
const path = `${folder}/run/lock`
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('who comes second waits for the first', async () => {
  const order: string[] = []
  let release = () => {}
  const first = withFlock(path, 10_000, async () => {
    order.push('first begins')
    await new Promise<void>((resolve) => (release = resolve))
    order.push('first ends')
  })
  while (order.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  const second = withFlock(path, 10_000, async () => void order.push('second'))
  release()
  await Promise.all([first, second])
  expect(order).toEqual(['first begins', 'first ends', 'second'])
})

test('who has waited long enough is told who holds it', async () => {
  await withFlock(path, 1000, async () => {
    await expect(withFlock(path, 0, () => Promise.resolve())).rejects.toThrow(`process ${process.pid} is at it`)
  })
})

test('whether it is held is known without waiting', async () => {
  expect(isFlocked(`${folder}/none`)).toBe(false)
  await withFlock(path, 1000, () => {
    expect(isFlocked(path)).toBe(true)
    return Promise.resolve()
  })
})

test('the lock of a process that was killed is free', async () => {
  const program = `import { isFlocked, withFlock } from ${JSON.stringify(`${import.meta.dirname}/flock.ts`)}; await withFlock(${JSON.stringify(path)}, 1000, () => { console.log('held'); return new Promise((done) => setTimeout(done, 60000)) })`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await expect(withFlock(path, 5000, () => Promise.resolve('got it'))).resolves.toBe('got it')
})
