import { expect, test } from 'vitest'
import type { HostPorts } from '../../../app/host/mod.ts'
import { narrate, withKpatchTimes } from './kpatch-narrator.ts'

test('a transition that ends at once is not worth a word', async () => {
  const { ports, said, world } = machine()
  world.isMoving = false
  await ports.modules.load('/x/livepatch_sample.ko')
  await ports.sleep(50)
  expect(said).toEqual([])
})

test('a transition that ends in time', async () => {
  const { ports, said, world } = machine()
  await ports.modules.load('/x/livepatch_sample.ko')
  await ports.sleep(2000)
  world.isMoving = false
  await ports.sleep(50)
  expect(said).toEqual(['waiting (up to 15 seconds) for patch transition to complete...', 'transition complete (2 seconds)'])
})

test('a transition that does not end, and is turned round', async () => {
  const { ports, said, world } = machine()
  await ports.modules.load('/x/livepatch_sample.ko')
  for (let s = 0; s < 75; s++) await ports.sleep(1000)
  ports.system.write('/sys/kernel/livepatch/livepatch_sample/enabled', '0')
  await ports.sleep(3000)
  world.isMoving = false
  await ports.sleep(50)
  await ports.modules.unload('livepatch_sample')
  expect(said.join('\n')).toBe(`waiting (up to 15 seconds) for patch transition to complete...
patch transition has stalled!
kpatch: Livepatch process signaling is performed automatically on your system.
kpatch: Skipping manual process signaling.
waiting (up to 60 seconds) for patch transition to complete...

Stalled processes:
340 kdevtmpfs
stack:
[<0>] devtmpfs_work_loop+0x2cc/0x2d8
[<0>] kthread+0xf0/0x100
module livepatch_sample did not complete its transition, unloading...
disabling patch module: livepatch_sample
waiting (up to 15 seconds) for patch transition to complete...
transition complete (3 seconds)
unloading patch module: livepatch_sample`)
})

test("kpatch's own times hold where the administrator has set none", async () => {
  const { ports } = machine()
  const answers = [{ kind: 'absent' }, { kind: 'read', tables: { transition: { deadline: '5s' } } }] as const
  const timed = answers.map((answer) => withKpatchTimes({ ...ports, toml: () => Promise.resolve(answer) }).toml('kmend.toml'))
  expect(await Promise.all(timed)).toEqual([
    { kind: 'read', tables: { transition: { deadline: '75s', stalled: 'reverse' } } },
    { kind: 'read', tables: { transition: { deadline: '5s' } } },
  ])
})

/** A kernel that shows one task in transition, and a clock that sleep() sets forward. */
function machine() {
  const said: string[] = []
  const world = { isMoving: true, nowMs: 0 }
  const files: Readonly<Record<string, () => string>> = {
    '/sys/kernel/livepatch/livepatch_sample/transition': () => (world.isMoving ? '1\n' : '0\n'),
    '/sys/kernel/livepatch/livepatch_sample/enabled': () => '1\n',
    '/proc/340/task/340/patch_state': () => '0\n',
    '/proc/340/task/340/comm': () => 'kdevtmpfs\n',
    '/proc/340/task/340/stack': () => '[<0>] devtmpfs_work_loop+0x2cc/0x2d8\n[<0>] kthread+0xf0/0x100\n',
  }
  const folders: Readonly<Record<string, string[]>> = {
    '/sys/kernel': ['livepatch'],
    '/sys/kernel/livepatch': ['livepatch_sample'],
    '/proc': ['340', 'cmdline'],
    '/proc/340/task': ['340'],
  }
  const done = () => Promise.resolve({ kind: 'done' } as const)
  const ports: Partial<HostPorts> = {
    system: {
      read: (path) => files[path]?.(),
      readBytes: () => undefined,
      readRange: () => undefined,
      names: (folder) => folders[folder] ?? [],
      write: () => undefined,
      log: () => [],
      uptimeMs: () => 0,
    },
    modules: { load: done, unload: done, info: () => Promise.resolve(undefined) },
    nowMs: () => world.nowMs,
    sleep(ms) {
      world.nowMs += ms
      return Promise.resolve()
    },
  }
  const say = (line: string) => void said.push(line)
  return { ports: narrate(ports as HostPorts, say, say), said, world }
}
