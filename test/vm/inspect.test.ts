import { readFileSync } from 'node:fs'
import { afterAll, expect, test, type TestContext } from 'vitest'
import type { QemuVm } from '../../src/io/qemu.ts'
import { buildEdits, outputFolder } from '../kit/build-and-prove.ts'
import { type Edit, VERSION } from '../kit/edit-source.ts'
import { writeGuestMemory } from '../kit/guest-memory.ts'
import { HOST_MEMORY_MB, hostFiles, kmendIn } from '../kit/host-in-vm.ts'
import { realKernel } from '../kit/real-kernel.ts'
import { bootTestVm, needingVm } from '../kit/vm.ts'

/** What kmend sees of a running kernel, on stock ones: as booted, with a live patch and a kprobe, and with what is written behind the kernel's back. */

const folder = outputFolder()
afterAll(folder.dispose)

async function bootHost(context: TestContext, line: string): Promise<QemuVm> {
  const kernel = await needingVm(context, () => realKernel(line))
  const output = `${folder.path}/${line}`
  const outcome = await buildEdits([VERSION, COMMAND_LINE], { name: 't_seen', output, line })
  if (outcome.kind !== 'built') throw new Error(`not built: ${outcome.kind}`)
  const files = await hostFiles(kernel)
  for (const name of ['t_seen.ko', 'manifest.json']) files.set(`/out/${name}`, readFileSync(`${output}/${name}`))
  return bootTestVm(context, {
    vmlinuz: kernel.paths.vmlinuz,
    files,
    memoryMb: HOST_MEMORY_MB,
    hasDebugger: true,
    commandLine: ['no_timer_check'],
    bootTimeoutMs: BOOT_MS,
  })
}

/** The guest unpacks a large root; a busy machine takes its time. */
const BOOT_MS = 500_000

interface Entry {
  readonly name: string
  readonly address: string
  readonly bytes: string
  readonly by?: readonly string[]
  readonly finding?: string
}
interface Entries {
  readonly compared: { readonly vmlinux: number; readonly modules: number }
  readonly explained: readonly Entry[]
  readonly unexplained: readonly Entry[]
}

async function json<T>(vm: QemuVm, args: string, code = 0): Promise<T> {
  const ran = await kmendIn(vm, `${args} --json`)
  expect([ran.code, ran.stderr.replace(/^(reading|comparing) .*\n/gm, '')]).toEqual([code, ''])
  return JSON.parse(ran.stdout) as T
}

const addressOf = async (vm: QemuVm, name: string) =>
  BigInt(`0x${(await vm.run(`grep ' ${name}$' /proc/kallsyms | head -n 1 | cut -d' ' -f1`)).stdout.trim()}`)

test.for(['6.1', '6.12'])(
  'on %s, what is attached is explained, and nothing else passes',
  { timeout: 30 * 60_000 },
  async (line, context) => {
    const vm = await bootHost(context, line)
    await vm.run(ATTACH)

    const [patched] = await json<readonly unknown[]>(vm, 'inspect cmdline_proc_show')
    expect(patched).toMatchObject({
      object: 'vmlinux',
      livePatches: [{ patch: 't_seen', isInTransition: false, replacement: { name: 'cmdline_proc_show', knownBy: 'same name' } }],
      verdict: { kind: 'explained', by: ['live patch'] },
    })

    // The call to a live patch taken out, a jump as a rootkit writes it, and the call of something that has gone. Nobody calls these functions here.
    const pad = line === '6.1' ? 0n : 4n
    const poke = async (name: string, bytes: readonly number[]) => {
      const address = await addressOf(vm, name)
      await writeGuestMemory(vm.debuggerPath, address + pad, Uint8Array.from(bytes))
      return `0x${address.toString(16)}`
    }
    const addresses = {
      version_proc_show: await poke('version_proc_show', [0x0f, 0x1f, 0x44, 0, 0]),
      filesystems_proc_show: await poke('filesystems_proc_show', [0xe9, 0, 0, 1, 0]),
      show_softirqs: await poke('show_softirqs', [0xe8, 0, 0, 0, 0x30]),
    }
    const report = await json<Entries>(vm, 'inspect --all', 7)
    expect(Object.fromEntries(report.unexplained.map(({ name, ...entry }) => [name, entry]))).toMatchObject({
      filesystems_proc_show: {
        address: addresses.filesystems_proc_show,
        bytes: expect.stringMatching(/e900000100$/) as string,
        finding: expect.stringMatching(/^it jumps to 0x/) as string,
      },
      show_softirqs: {
        address: addresses.show_softirqs,
        finding: expect.stringMatching(/where the kernel has no symbol, and ftrace does not list/) as string,
      },
      version_proc_show: {
        address: addresses.version_proc_show,
        finding: expect.stringMatching(/^nothing is called, although ftrace lists the function/) as string,
      },
    })
    expect(report.unexplained.length).toBe(3)
    expect(Object.fromEntries(report.explained.map(({ name, by }) => [name, by]))).toEqual({
      cmdline_proc_show: ['live patch'],
      vfs_fsync_range: ['kprobe'],
    })
    // All others are as shipped.
    expect(report.compared.vmlinux).toBeGreaterThan(30_000)

    const findings = await json<readonly { readonly subject: string; readonly grade: string; readonly text: string }[]>(
      vm,
      'doctor --patch /out',
    )
    expect(findings.filter(({ grade }) => grade === 'problem')).toEqual([])
  },
)

/** A live patch, and a kprobe. */
const ATTACH = `insmod /out/t_seen.ko
until [ "$(cat /sys/kernel/livepatch/t_seen/transition)" = 0 ]; do sleep 1; done
cd /sys/kernel/tracing; echo p:seen vfs_fsync_range >kprobe_events; echo 1 >events/kprobes/seen/enable`

const COMMAND_LINE: Edit = {
  path: 'fs/proc/cmdline.c',
  find: '\tseq_puts(m, saved_command_line);',
  replace: '\tseq_puts(m, "patched ");\n\tseq_puts(m, saved_command_line);',
}
