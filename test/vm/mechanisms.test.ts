import { afterAll, describe, expect, test } from 'vitest'
import { applyLivepatch, readLog, unloadLivepatch } from '../../src/app/prove/mod.ts'
import { startVm, type Vm } from '../../src/app/vm/mod.ts'
import { makeVmPorts } from '../../src/bin/ports/vm-ports.ts'
import { classifyLog } from '../../src/core/host/mod.ts'
import { buildEdits, outputFolder } from '../kit/build-and-prove.ts'
import { MECHANISMS } from '../kit/mechanism-edits.ts'
import { realKernel } from '../kit/real-kernel.ts'
import { needingVm } from '../kit/vm.ts'

/**
 * What the kernel does to code and data as a module loads, and afterwards whenever a key or a call changes: static keys, static calls, SRCU domains, variables
 * per CPU, read-only data. One live patch for each line brings all of it to the image and to a module, and each is gone through both ways.
 */

const folder = outputFolder()
afterAll(folder.dispose)

const NAME = 't_mechanisms'
const PATH = `/${NAME}.ko`
const LIVEPATCH = { name: NAME, path: PATH, functionCount: 10 }
const MODULE = 'sunrpc'
const ports = makeVmPorts(() => {})

describe.each(['6.1', '6.12'])('on %s', (line) => {
  test('static keys and calls switch, SRCU waits for its readers, and what is in a module is found whenever that is loaded', async (context) => {
    const output = `${folder.path}/${line}`
    const outcome = await buildEdits(MECHANISMS, { name: NAME, output, line })
    if (outcome.kind !== 'built') throw new Error(JSON.stringify(outcome))
    // Where the kernel seals the keys that are read-only after start, the patch's branches on them stay.
    const read = outcome.manifest.notes.filter(({ text }) => text.includes('the patched code reads it')).map(({ subject }) => subject)
    const own = '__tracepoint_cache_entry_update'
    expect([...new Set(read)].toSorted()).toEqual(line === '6.1' ? [own, 'bypass_usercopy_checks', 'randomize_kstack_offset'] : [own])

    const kernel = await realKernel(line)
    const content = await ports.files.readBytes(`${output}/${NAME}.ko`)
    const boot = async (commandLine: readonly string[]) => {
      const vm = await needingVm(context, () =>
        startVm(kernel, { modules: [MODULE], files: new Map([[PATH, content]]), commandLine }, ports),
      )
      context.onTestFinished(() => vm.stop())
      return vm
    }
    // A kernel that does not take relocations back (before 6.3) cannot load a patched module again.
    await comeAndGo(await boot([]), { comesAgain: line !== '6.1' })
    const counts = line !== '6.1'
    const vm = await boot(counts ? [...UNHARDENED, ...CALL_DEPTH] : UNHARDENED)
    expect(await say(vm, 'grep -c Stuffing /sys/devices/system/cpu/vulnerabilities/retbleed || true')).toBe(counts ? '1' : '0')
    await switchOtherwise(vm)
  })
})

/** The live patch comes before the module and after it, twice. */
async function comeAndGo(vm: Vm, { comesAgain }: { readonly comesAgain: boolean }): Promise<void> {
  const original = await sayBoth(vm)
  expect(original).toEqual(['plain\nplain\nplain', 'plain\nplain\nplain\nevents 0 1 0'])

  await say(vm, `rmmod ${MODULE}`)
  await applyLivepatch(vm, LIVEPATCH, 60_000)
  expect(await say(vm, IMAGE_PROBE)).toBe(imageSays(1))
  await say(vm, LOAD)
  expect(await say(vm, MODULE_PROBE)).toBe(moduleSays(1))
  const again = comesAgain ? [await say(vm, `rmmod ${MODULE}; ${LOAD}`), await say(vm, MODULE_PROBE)] : []
  expect(again).toEqual(comesAgain ? ['', moduleSays(4)] : [])
  await takeOff(vm)
  expect(await sayBoth(vm)).toEqual(original)

  await unloadLivepatch(vm, NAME)
  await applyLivepatch(vm, LIVEPATCH, 60_000)
  expect(await sayBoth(vm)).toEqual([imageSays(1), moduleSays(1)])
  await takeOff(vm)
  await unloadLivepatch(vm, NAME)
  expect(classifyLog((await readLog(vm)).join('\n'))).toEqual([])
  await vm.stop()
}

/** The keys that are read-only after start are the other way round. */
const UNHARDENED = ['hardened_usercopy=off', 'randomize_kstack_offset=off']
/** The kernel counts calls (call-depth.test.ts). */
const CALL_DEPTH = ['spectre_v2=retpoline', 'retbleed=stuff,force']

async function switchOtherwise(vm: Vm): Promise<void> {
  await applyLivepatch(vm, LIVEPATCH, 60_000)
  const hardening = { kstack: 0, checked: 0 }
  expect(await sayBoth(vm)).toEqual([imageSays(1, hardening), moduleSays(1, hardening)])
  expect(classifyLog((await readLog(vm)).join('\n'))).toEqual([])
}

async function sayBoth(vm: Vm): Promise<string[]> {
  return [await say(vm, IMAGE_PROBE), await say(vm, MODULE_PROBE)]
}

const LOAD = `insmod /modules/${MODULE}.ko`

async function takeOff(vm: Vm): Promise<void> {
  await say(vm, `echo 0 >/sys/kernel/livepatch/${NAME}/enabled; until [ ! -e /sys/kernel/livepatch/${NAME} ]; do sleep 0.1; done`)
}

async function say(vm: Vm, script: string): Promise<string> {
  const { code, stdout, stderr } = await vm.run(script)
  return code === 0 && stderr === '' ? stdout.trim() : `${stdout}exit code ${code}: ${stderr.trim()}`
}

/** Reads three times, and a key of the image (delayacct_key) is on the second time. */
function threeTimes(read: string): string {
  const once = `${read} || echo plain`
  return `${once}; echo 1 >/proc/sys/kernel/task_delayacct; ${once}; echo 0 >/proc/sys/kernel/task_delayacct; ${once}`
}

const IMAGE_PROBE = threeTimes('grep -o "^read.*checked ." /proc/version')

/** After the reads: how often the tracepoint of an updated entry is seen, with it off, on and off. */
const MODULE_PROBE = `${threeTimes('grep -o "^read.*waits .." /proc/net/rpc/auth.unix.ip/flush')}
cd /sys/kernel/tracing
printf events
for state in 0 1 0; do
  echo > trace
  echo $state > events/sunrpc/cache_entry_update/enable
  n=$(cat /tmp/count 2>/dev/null || echo 1); echo $((n + 1)) > /tmp/count
  echo "nfsd 10.0.0.$n 2000000000 somebody" > /proc/net/rpc/auth.unix.ip/channel
  printf " $(grep -c 'cache_entry_update:' trace)"
done
`

const HARDENED = { kstack: 1, checked: 1 }

function imageSays(first: number, { kstack, checked } = HARDENED): string {
  return [first, first + 1, first + 2]
    .map((n, index) => {
      const isOdd = n % 2 === 1
      const calls = isOdd ? `${2 * n} ${2 * (n + 10)} 0, heard` : `${n} ${n + 10} 0`
      const keys = `${isOdd ? 1 : 0}1${kstack}${index === 1 ? 1 : 0}`
      return `read ${n}, sum ${(n * (n + 1)) / 2}, keys ${keys}, calls ${calls}, waits 01, freed ${n - 1}, cpus 2 ${12 + 2 * n}, checked ${checked}`
    })
    .join('\n')
}

/** What each read finds was left by the one before it, and the image's by its third read; when the module has come again, its pointers begin anew. */
function moduleSays(first: number, { kstack } = HARDENED): string {
  const reads = [first, first + 1, first + 2].map((n, index) => {
    const found = n === 4 ? 'first second, lock 1' : n % 2 === 1 ? 'first own, lock 1' : 'own first, lock 0'
    return `read ${n}, keys ${n % 2}${kstack}${index === 1 ? 1 : 0}, ${found}, list 1, image 1 ${2 * n}, cpus ${n === 1 ? 0 : 2}, waits 01`
  })
  return [...reads, 'events 0 2 0'].join('\n')
}
