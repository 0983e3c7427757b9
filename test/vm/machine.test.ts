import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, expect, test } from 'vitest'
import { bootQemu } from '../../src/io/qemu.ts'
import { bootTestVm, faultOf, shareTestVm } from '../kit/vm.ts'

/** A virtual machine as a tool: what goes in comes out, and what goes wrong is said. */

const ownFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`kmend-vm-${process.pid}-`))

const GIVEN = Uint8Array.of(0, 10, 13, 255)
const machine = shareTestVm({ files: new Map([['/given/first', GIVEN]]) })

describe('a command', () => {
  test('gives exit code, standard output and standard error, each by itself', async (context) => {
    const vm = await machine(context)
    expect(await vm.run('echo out; echo err >&2; exit 7')).toEqual({ code: 7, stdout: 'out\n', stderr: 'err\n' })
    expect(await vm.run('true')).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await vm.run(`cat <<'end'\n'single' "double" $dollar \`tick\` \\\nend`)).toMatchObject({
      stdout: `'single' "double" $dollar \`tick\` \\\n`,
    })
    expect(await Promise.all(['echo 1', 'echo 2', 'echo 3'].map(async (script) => (await vm.run(script)).stdout))).toEqual([
      '1\n',
      '2\n',
      '3\n',
    ])
  })

  test('may be long and say much', async (context) => {
    const vm = await machine(context)
    const words = Array.from({ length: 20_000 }, (_, index) => `${index}`).join('\n')
    const { stdout, stderr } = await vm.run(`cat <<'end'\n${words}\nend\nseq 1 5000 >&2`)
    expect(stdout).toBe(`${words}\n`)
    expect(stderr.split('\n').length).toBe(5001)
  })

  test('that takes too long is killed with what it started, and the machine goes on', async (context) => {
    const vm = await machine(context)
    const fault = await faultOf(vm.run('echo waiting >&2; sleep 1000', { timeoutMs: 1000 }))
    expect([fault.code, fault.message, fault.in]).toEqual([
      'vm/timeout',
      'Cannot finish "echo waiting >&2; sleep 1000": it has not ended within 1 s, and was killed',
      'its standard error: waiting',
    ])
    expect((await vm.run("ps | grep 'sleep 100[0]'")).stdout).toBe('')
  })

  test('may leave a process running', async (context) => {
    const vm = await machine(context)
    const { stdout: pid } = await vm.run('sleep 1000 >/dev/null 2>&1 & echo $!')
    expect((await vm.run(`kill -0 ${pid}`)).code).toBe(0)
  })
})

test('files go in and come out byte by byte', async (context) => {
  const bytes = Uint8Array.from({ length: 300_001 }, (_, index) => (index * 7 + (index >> 8)) & 255)
  const vm = await machine(context)
  await vm.put("/a folder/it's here", bytes)
  expect(Buffer.compare(await vm.get("/a folder/it's here"), bytes)).toBe(0)
  expect(await vm.get('/given/first')).toEqual(GIVEN)
  await vm.put('/empty', new Uint8Array(0))
  expect((await vm.get('/empty')).length).toBe(0)
  expect((await faultOf(vm.get('/nowhere'))).message).toBe('Cannot read /nowhere in the virtual machine: there is no such file')
  expect((await faultOf(vm.put('/proc/nothing/here', bytes))).code).toBe('vm/put')
})

test('several machines run at once, and leave nothing behind', async (context) => {
  const before = ownFolders()
  const machines = await Promise.all(['one', 'two'].map((name) => bootTestVm(context, { commandLine: [`name=${name}`] })))
  expect(ownFolders().length).toBe(before.length + 2)
  const lines = await Promise.all(machines.map((vm) => vm.run('cat /proc/cmdline')))
  expect(lines.map(({ stdout }) => /name=(\w+)/.exec(stdout)?.[1])).toEqual(['one', 'two'])
  await Promise.all(machines.map((vm) => vm.stop()))
  expect(ownFolders()).toEqual(before)
})

describe('a kernel that gives up', () => {
  test('ends the machine, and its last words are in the fault', async (context) => {
    const vm = await bootTestVm(context)
    const fault = await faultOf(vm.run('echo c >/proc/sysrq-trigger'))
    expect(fault.code).toBe('vm/died')
    expect(fault.in).toMatch(/Kernel panic - not syncing: sysrq triggered crash[^]*sysrq_handle_crash/)
    expect((await faultOf(vm.run('true'))).code).toBe('vm/died')
  })

  test('before it has booted is the same', async (context) => {
    const fault = await faultOf(bootTestVm(context, { commandLine: ['rdinit=/nothing', 'root=/dev/nothing'] }))
    expect(fault.code).toBe('vm/died')
    expect(fault.in).toMatch(/Kernel panic - not syncing: VFS: Unable to mount root fs/)
  })

  test('an image that is none says so', async () => {
    const fault = await faultOf(bootQemu({ vmlinuz: import.meta.filename, files: new Map(), commandLine: [], memoryMb: 64 }))
    expect(fault.code).toBe('vm/start')
    expect(fault.message).toMatch(/^Cannot boot the kernel: QEMU ended with exit code \d+: .*kernel/)
  })
})
