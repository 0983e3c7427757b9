import { afterAll, type TestContext } from 'vitest'
import { Fault } from '../../src/core/base/mod.ts'
import { bootQemu, type QemuVm } from '../../src/io/qemu.ts'
import type { FilesSpec } from '../../src/io/qemu-process.ts'
import { cannotRun } from './cannot-run.ts'
import { realKernel } from './real-kernel.ts'

/** What the machine lacks, in a test that needs a real kernel in a virtual machine. */
const LACKS: readonly string[] = ['tool/missing', 'archive/unreachable', 'kernel/not-offered']

/** Runs a part of a test that needs QEMU and a kernel; without them the test is skipped, or fails in continuous integration. */
export async function needingVm<T>(context: TestContext, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof Fault && LACKS.includes(error.code)) return cannotRun(context, error.message)
    throw error
  }
}

type Options = Partial<FilesSpec>

/** Boots the kernel that the tests share; the machine ends with the test. */
export async function bootTestVm(context: TestContext, options: Options = {}): Promise<QemuVm> {
  const vm = await boot(context, options)
  context.onTestFinished(() => vm.stop())
  return vm
}

/** One machine for the tests of a file or group; the first that asks for it boots it. */
export function shareTestVm(options: Options = {}): (context: TestContext) => Promise<QemuVm> {
  let vm: Promise<QemuVm> | undefined
  afterAll(async () => (await vm?.catch(() => undefined))?.stop())
  return (context) => (vm ??= boot(context, options))
}

function boot(context: TestContext, options: Options): Promise<QemuVm> {
  return needingVm(context, async () => {
    const { paths } = await realKernel()
    return bootQemu({ vmlinuz: paths.vmlinuz, files: new Map(), commandLine: [], memoryMb: 512, ...options })
  })
}

/** The fault that an act ends in. */
export async function faultOf(act: Promise<unknown>): Promise<Fault> {
  const error = await act.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof Fault) return error
  throw new Error('no fault came', { cause: error })
}
