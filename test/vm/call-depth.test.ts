import { afterAll, expect, test } from 'vitest'
import { applyLivepatch, readLog, revertLivepatch } from '../../src/app/prove/mod.ts'
import { startVm, type Vm } from '../../src/app/vm/mod.ts'
import { makeVmPorts } from '../../src/bin/ports/vm-ports.ts'
import { decodeInstructions } from '../../src/core/arch/mod.ts'
import { classifyLog } from '../../src/core/host/mod.ts'
import { buildEdits, outputFolder } from '../kit/build-and-prove.ts'
import { type Edit, VERSION } from '../kit/edit-source.ts'
import { realKernel } from '../kit/real-kernel.ts'
import { needingVm } from '../kit/vm.ts'

/**
 * Call depth tracking (6.12, `retbleed=stuff`): the kernel writes code that counts into the padding before functions and turns calls to go by way of it,
 * in a live patch while it loads (arch/x86/kernel/callthunks.c). The emulated processor does not need it, so it is forced.
 */
const COMMAND_LINE = ['spectre_v2=retpoline', 'retbleed=stuff,force', 'nokaslr']

const folder = outputFolder()
afterAll(folder.dispose)

const NAME = 't_depth'

test('with call depth tracking, what a live patch calls is counted, its own functions too, and calls into a module are left alone', async (context) => {
  const { kernel, output, sizes } = await build()
  const vm = await needingVm(context, () =>
    startVm(
      kernel,
      { modules: ['loop'], commandLine: COMMAND_LINE },
      makeVmPorts(() => {}),
    ),
  )
  context.onTestFinished(() => vm.stop())

  expect(await say(vm, 'cat /sys/devices/system/cpu/vulnerabilities/retbleed')).toBe('Mitigation: Stuffing')
  expect(await say(vm, 'dmesg | grep -c "callthunks: Setting up call depth tracking"')).toBe('1')

  const before = await say(vm, PROBE)
  await vm.put(`/${NAME}.ko`, await makeVmPorts(() => {}).files.readBytes(`${output}/${NAME}.ko`))
  const livepatch = { name: NAME, path: `/${NAME}.ko` }
  await applyLivepatch(vm, livepatch, 60_000)
  const during = await say(vm, PROBE)
  const calls = await callsOf(vm, sizes)
  await revertLivepatch(vm, livepatch, 60_000)

  expect([before, during, await say(vm, PROBE)]).toEqual([
    'Linux version\n/dev/loop0: 0 /tmp/disk',
    'patched word 1 Linux version\n/dev/loop0: 4096 /tmp/disk',
    'Linux version\n/dev/loop0: 0 /tmp/disk',
  ])
  // Counted: the call goes to what lies before the function. A module's function is found only after the loader has done that.
  expect(calls).toEqual(
    expect.arrayContaining([
      'version_proc_show: kmend_word counted',
      'version_proc_show: seq_printf counted',
      'lo_ioctl: loop_get_status plain',
    ]),
  )
  expect(classifyLog((await readLog(vm)).join('\n'))).toEqual([])
})

/** A function of the image that calls the image's and a new one of the patch, and one of a module that calls another of that module. */
const EDITS: readonly Edit[] = [
  {
    path: VERSION.path,
    find: 'static int version_proc_show(',
    replace:
      'static noinline const char *kmend_word(int *uses)\n{\n\tstatic atomic_t reads;\n\n\t*uses = atomic_inc_return(&reads);\n\treturn "word";\n}\n\nstatic int version_proc_show(',
  },
  {
    path: VERSION.path,
    find: VERSION.find,
    replace: `\tint uses;\n\tconst char *word = kmend_word(&uses);\n\n\tseq_puts(m, "patched ");\n\tseq_printf(m, "%s %d ", word, uses);\n${VERSION.find}`,
  },
  {
    path: 'drivers/block/loop.c',
    find: '\tif (!err && copy_to_user(arg, &info64, sizeof(info64)))',
    replace: '\tinfo64.lo_offset += 4096;\n\tif (!err && copy_to_user(arg, &info64, sizeof(info64)))',
  },
]

const PROBE = `[ -e /tmp/disk ] || { dd if=/dev/zero of=/tmp/disk bs=4096 count=8 2>/dev/null; losetup /dev/loop0 /tmp/disk; }
grep -o '^.*Linux version' /proc/version; losetup /dev/loop0`

async function build() {
  const kernel = await realKernel('6.12')
  const output = `${folder.path}/${NAME}`
  const outcome = await buildEdits(EDITS, { name: NAME, output, line: '6.12' })
  if (outcome.kind !== 'built') throw new Error(JSON.stringify(outcome))
  const functions = outcome.manifest.objects.flatMap((object) => object.functions)
  return { kernel, output, sizes: new Map(functions.map(({ name, newSizeBytes }) => [name, newSizeBytes])) }
}

async function say(vm: Vm, script: string): Promise<string> {
  const { code, stdout, stderr } = await vm.run(script)
  expect({ script, code, stderr }).toEqual({ script, code: 0, stderr: '' })
  return stdout.trim()
}

const CALL = 0xe8
const PADDING_BYTES = 16

/** The calls that two functions of the live patch make, as the running kernel has them in memory. */
async function callsOf(vm: Vm, sizes: ReadonlyMap<string, number>): Promise<string[]> {
  const symbols = (await say(vm, "grep -v ' __pfx_' /proc/kallsyms")).split('\n').map((line) => {
    const [address = '', , name = '', owner = ''] = line.split(/\s+/)
    return { address: BigInt(`0x${address}`), name, owner }
  })
  const names = new Map(symbols.map(({ address, name }) => [address, name]))
  const calls: string[] = []
  for (const caller of ['version_proc_show', 'lo_ioctl']) {
    const start = symbols.find(({ name, owner }) => name === caller && owner === `[${NAME}]`)?.address ?? 0n
    const code = await readMemory(vm, start, sizes.get(caller) ?? 0)
    for (const { offset, length } of decodeInstructions(code)) {
      if (code[offset] !== CALL) continue
      const target = BigInt.asUintN(64, start + BigInt(offset + length + code.readInt32LE(offset + 1)))
      const plain = names.get(target)
      const padded = Array.from({ length: PADDING_BYTES }, (_, index) => names.get(target + BigInt(index + 1)))
      calls.push(`${caller}: ${plain ?? padded.find((name) => name !== undefined)} ${plain === undefined ? 'counted' : 'plain'}`)
    }
  }
  return calls
}

const HEADER_BYTES = 64
const SEGMENT_BYTES = 56
const PAGE = 4096

/** Bytes of the running kernel, by /proc/kcore: an ELF file whose segments say which addresses lie where. */
async function readMemory(vm: Vm, address: bigint, size: number): Promise<Buffer> {
  const page = async (first: bigint, count: number) =>
    Buffer.from(await say(vm, `dd if=/proc/kcore bs=${PAGE} skip=${first} count=${count} 2>/dev/null | base64 -w 0`), 'base64')
  const head = await page(0n, 1)
  for (let at = HEADER_BYTES; at < HEADER_BYTES + head.readUInt16LE(56) * SEGMENT_BYTES; at += SEGMENT_BYTES) {
    const [offset, start, length] = [head.readBigUInt64LE(at + 8), head.readBigUInt64LE(at + 16), head.readBigUInt64LE(at + 32)]
    if (address < start || address >= start + length) continue
    const place = offset + address - start
    const skipped = Number(place % BigInt(PAGE))
    const pages = await page(place / BigInt(PAGE), Math.ceil((skipped + size) / PAGE))
    return pages.subarray(skipped, skipped + size)
  }
  throw new Error(`/proc/kcore has no segment for 0x${address.toString(16)}`)
}
