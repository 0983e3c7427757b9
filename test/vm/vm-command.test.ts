import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test, type TestContext } from 'vitest'
import { ROOT } from '../../workbench/run.ts'
import { realKernel } from '../kit/real-kernel.ts'
import { needingVm } from '../kit/vm.ts'

interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface Running {
  readonly pid: number
  readonly kill: (signal: NodeJS.Signals) => void
  readonly ended: Promise<Ran>
}

/** `kmend vm <release> …` as its own process. */
async function start(context: TestContext, args: readonly string[], input = ''): Promise<Running> {
  const { target } = await needingVm(context, () => realKernel())
  const child = spawn(process.execPath, [`${ROOT}/src/bin/kmend.ts`, 'vm', target.release, ...args])
  context.onTestFinished(() => void child.kill('SIGTERM'))
  const text = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (chunk: Buffer) => (text[name] += chunk.toString()))
  child.stdin.end(input)
  const ended = new Promise<Ran>((resolve) => child.on('close', (code) => resolve({ code, ...text })))
  return { pid: child.pid ?? 0, kill: (signal) => void child.kill(signal), ended }
}

const run = async (context: TestContext, ...args: readonly string[]) => (await start(context, args)).ended

test('kmend vm passes the output and the exit code of a command on', async (context) => {
  const folder = mkdtempSync(`${tmpdir()}/kmend-test-`)
  context.onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(`${folder}/words`, 'from outside\n')
  const script = 'cat /in/words; grep -c ^loop /proc/modules; grep -o given=yes /proc/cmdline; echo wrong >&2; exit 7'
  const ran = await run(context, '--file', `${folder}/words:/in/words`, '--module', 'loop', '--append', 'given=yes', '--', script)
  expect(ran).toMatchObject({ code: 7, stdout: 'from outside\n1\ngiven=yes\n' })
  expect(ran.stderr).toMatch(/wrong\n$/)
})

test('kmend vm runs the lines of its standard input one by one', async (context) => {
  const { ended } = await start(context, ['--json'], 'echo one\ncd /; false\n')
  const { code, stdout } = await ended
  expect(code).toBe(1)
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object),
  ).toMatchObject([
    { command: 'echo one', code: 0, stdout: 'one\n' },
    { command: 'cd /; false', code: 1, stdout: '' },
  ])
})

test('kmend vm says which module a kernel does not have', async (context) => {
  const { code, stderr } = await run(context, '--module', 'no-such-module', '--', 'true')
  expect(code).toBe(6)
  expect(stderr).toMatch(/^error\[io\/missing\]: Cannot load the module no_such_module: /m)
})

test('kmend vm that is interrupted leaves no process and no file', async (context) => {
  const { pid, kill, ended } = await start(context, ['--', 'sleep 1000'])
  const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`kmend-vm-${pid}-`))
  await expect.poll(folders, { timeout: 30_000 }).toHaveLength(1)
  kill('SIGINT')
  expect((await ended).code).toBe(130)
  expect(folders()).toEqual([])
})

test('kmend vm on a terminal is a shell in the guest', async (context) => {
  const { target } = await needingVm(context, () => realKernel())
  const line = `${process.execPath} ${ROOT}/src/bin/kmend.ts vm ${target.release}`
  const terminal = spawn('script', ['-qec', line, '/dev/null'])
  context.onTestFinished(() => void terminal.kill('SIGTERM'))
  let screen = ''
  terminal.stdout.on('data', (chunk: Buffer) => (screen += chunk.toString()))
  await expect.poll(() => screen, { timeout: 60_000 }).toMatch(/# /)
  terminal.stdin.write('echo $((6 * 7)) on $(tty)\nexit 3\n')
  const code = await new Promise((resolve) => terminal.on('close', resolve))
  expect(screen).toMatch(/42 on \/dev\/ttyS2/)
  expect(code).toBe(3)
})
