import { expect, test } from 'vitest'
import type { HostPorts } from './ports.ts'
import { unloadDisabled } from './unload.ts'

const ASLEEP = ['do_nanosleep+0x67/0x160', 'do_syscall_64+0x55/0xb0']
const INSIDE = ['schedule+0x5a/0xd0', 'wait_more+0x1f/0x40 [fix_1]', 'do_syscall_64+0x55/0xb0']

/** What a task shows at a time: its stack, and how long it has been in user space. Undefined once it has ended. */
type Task = (ms: number) => { readonly stack: readonly string[] | undefined; readonly userTicks?: number } | undefined

/** A host that has the module of fix_1 in memory. It writes down what is unloaded, and when. */
function host(tasks: Readonly<Record<string, Task>>, { isListed, said = '' }: { isListed?: (ms: number) => boolean; said?: string } = {}) {
  const unloaded: string[] = []
  let now = 0
  const files: Readonly<Record<string, (task: NonNullable<ReturnType<Task>>) => string | undefined>> = {
    stat: ({ stack, userTicks = 0 }) => `1 (cat) ${stack?.length === 0 ? 'R' : 'S'} 1 1 1 0 -1 4194560 0 0 0 0 ${userTicks} 3 0`,
    stack: ({ stack }) => stack?.map((frame) => `[<0>] ${frame}\n`).join(''),
    comm: () => 'cat\n',
    cgroup: () => '0::/system.slice/reader.service\n',
  }
  const folders: Readonly<Record<string, () => string[]>> = {
    '/sys/module': () => ['ext4', 'fix_1'],
    '/sys/kernel/livepatch': () => (isListed?.(now) === true ? ['fix_1'] : []),
    '/proc': () => ['modules', ...Object.keys(tasks)],
  }
  const ports = {
    system: {
      read(path: string) {
        const [, pid = '', file = ''] = /^\/proc\/(\d+)\/(?:task\/\d+\/)?(\w+)$/.exec(path) ?? []
        const task = tasks[pid]?.(now)
        return task === undefined ? undefined : files[file]?.(task)
      },
      names: (folder: string) => folders[folder]?.() ?? /^\/proc\/(\d+)\/task$/.exec(folder)?.slice(1) ?? [],
    },
    modules: {
      async unload(name: string) {
        unloaded.push(`${name} after ${now} ms`)
        return said === '' ? { kind: 'done' } : { kind: 'refused', said }
      },
    },
    nowMs: () => now,
    sleep: async (ms: number) => void (now += ms),
  }
  return { ports: ports as unknown as HostPorts, unloaded }
}

const stays =
  (stack: readonly string[]): Task =>
  () => ({ stack })

test.each<[string, Record<string, Task>, string]>([
  ['no task is in it', { 7: stays(ASLEEP), 8: stays(ASLEEP) }, 'fix_1 after 100 ms'],
  ['one leaves it in time', { 7: stays(ASLEEP), 8: (ms) => ({ stack: ms < 500 ? INSIDE : ASLEEP }) }, 'fix_1 after 600 ms'],
  ['one that was in it ends', { 8: (ms) => (ms < 500 ? { stack: INSIDE } : undefined) }, 'fix_1 after 600 ms'],
  ['one that runs goes to user space', { 8: (ms) => ({ stack: [], userTicks: Math.floor(ms / 1000) }) }, 'fix_1 after 1100 ms'],
  ['one that runs goes to sleep elsewhere', { 8: (ms) => ({ stack: ms < 300 ? [] : ASLEEP }) }, 'fix_1 after 400 ms'],
])('a module is unloaded when %s', async (_, tasks, when) => {
  const { ports, unloaded } = host(tasks)
  expect([await unloadDisabled('fix_1', ports), unloaded]).toEqual([undefined, [when]])
})

test.each<[string, Task, string, string]>([
  ['a task stays in it', stays(INSIDE), 'the task 8 (cat, reader.service) is in it', '/proc/8/task/8/stack: wait_more+0x1f/0x40 [fix_1]'],
  [
    'a task comes back into it, by what the kernel was given to keep',
    (ms) => ({ stack: ms === 0 ? ASLEEP : INSIDE }),
    'the task 8 (cat, reader.service) is in it',
    '/proc/8/task/8/stack: wait_more+0x1f/0x40 [fix_1]',
  ],
  [
    'a task runs in the kernel all the time',
    stays([]),
    'the task 8 (cat, reader.service) does not show whether it is in it',
    '/proc/8/task/8/stack',
  ],
  [
    'a stack may not be read',
    () => ({ stack: undefined }),
    'the task 8 (cat, reader.service) does not show whether it is in it',
    '/proc/8/task/8/stack',
  ],
])('it is not while %s', async (_, task, finding, place) => {
  const { ports, unloaded } = host({ 7: stays(ASLEEP), 8: task })
  expect([await unloadDisabled('fix_1', ports), unloaded]).toEqual([expect.objectContaining({ finding, in: place }), []])
})

test('it is not where stacks are hidden from root, too, and that is said', async () => {
  const { ports, unloaded } = host({ 8: () => ({ stack: undefined }) })
  const { read } = ports.system
  const system = { ...ports.system, read: (path: string) => (path.endsWith('ptrace_scope') ? '3\n' : read(path)) }
  expect([await unloadDisabled('fix_1', { ...ports, system }), unloaded]).toEqual([
    expect.objectContaining({ in: 'kernel.yama.ptrace_scope = 3' }),
    [],
  ])
})

test('it is waited for until the kernel has let it go', async () => {
  const { ports, unloaded } = host({}, { isListed: (ms) => ms < 200 })
  expect([await unloadDisabled('fix_1', ports), unloaded]).toEqual([undefined, ['fix_1 after 300 ms']])
})

test('what the kernel says against it is handed on', async () => {
  const { ports } = host({}, { said: 'Module fix_1 is in use' })
  expect(await unloadDisabled('fix_1', ports)).toMatchObject({ finding: 'the kernel does not let it go: Module fix_1 is in use' })
})

test('what is not in memory needs nothing', async () => {
  const { ports, unloaded } = host({ 8: stays(INSIDE) })
  expect([await unloadDisabled('fix_2', ports), unloaded]).toEqual([undefined, []])
})
