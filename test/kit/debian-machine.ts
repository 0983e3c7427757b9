import { afterAll, type TestContext } from 'vitest'
import type { CachedKernel } from '../../src/app/kernel/mod.ts'
import { Fault, invariant } from '../../src/core/base/mod.ts'
import { execOk } from '../../src/io/exec.ts'
import { makePassingFolder, removePassingFolder } from '../../src/io/passing-folder.ts'
import { bootQemu, type QemuVm } from '../../src/io/qemu.ts'
import { cannotRun } from './cannot-run.ts'
import { debianImage } from './debian-image.ts'
import { layFiles, replayJournal, takeFile } from './debian-disk.ts'
import { ROOT_LABEL } from './debian-setup.ts'
import { realKernel } from './real-kernel.ts'
import { secure } from './secure-boot.ts'
import { needingVm } from './vm.ts'

export interface DebianOptions {
  /** Debian packages beyond those of debian-root.ts. Each new set is another image to make: ask for few sets. */
  readonly packages?: readonly string[]
  /** Laid onto the disk before the first boot, executable, by absolute path: what is in them, or the path of a file of this machine. */
  readonly files?: ReadonlyMap<string, Uint8Array | string>
  /** Kernels that are installed besides. */
  readonly otherKernels?: readonly CachedKernel[]
  readonly memoryMb?: number
}

export interface DebianBoot {
  /** Further words of the kernel's command line. */
  readonly commandLine?: readonly string[]
  /** With Secure Boot, and one owner's key enrolled: secure-boot.ts. */
  readonly isSecure?: true
  /** Release of another kernel that is installed. */
  readonly release?: string
  readonly timeoutMs?: number
}

/**
 * Programs and libraries lie at the same addresses in each process. QEMU 7.2 keeps what it has translated by its address, so that it translates each program
 * anew whose addresses are others: ten processes took 0.9 s that take 0.25 s so, and a boot 30 s that takes between 20 and 25.
 */
const SAME_ADDRESSES = 'norandmaps'
const BOOT_TIMEOUT_MS = 600_000
const SHUTDOWN_MS = 300_000

/** A Debian on a disk of its own, switched off. Faults: those of `debianImage`. */
export async function makeDebianMachine(kernel: CachedKernel, options: DebianOptions = {}): Promise<DebianMachine> {
  const image = await debianImage([kernel, ...(options.otherKernels ?? [])], options.packages ?? [])
  const folder = await makePassingFolder('kmend-debian-')
  const machine = new DebianMachine(folder, { release: kernel.target.release, memoryMb: options.memoryMb ?? 1024 })
  try {
    await execOk('cp', ['--sparse=always', '--reflink=auto', image, `${folder}/disk`])
    await layFiles(options.files ?? new Map(), `${folder}/disk`, folder)
    return machine
  } catch (error) {
    await machine.discard()
    throw error
  }
}

/** Runs a part of a test that makes a Debian machine; where that cannot be done the test is skipped, or fails in continuous integration. */
export async function needingDebian<T>(context: TestContext, act: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return cannotRun(context, 'debootstrap needs root')
  return needingVm(context, act)
}

/** One machine for the tests of a file or group, on the kernel that the tests share; the first that asks for it makes and boots it. */
export function shareDebianMachine(options: DebianOptions = {}): (context: TestContext) => Promise<DebianMachine> {
  let shared: Promise<DebianMachine> | undefined
  const make = async () => {
    const machine = await makeDebianMachine(await realKernel(), options)
    await machine.boot()
    return machine
  }
  afterAll(async () => (await shared?.catch(() => undefined))?.discard())
  return (context) => needingDebian(context, () => (shared ??= make()))
}

/** A host that can be switched on and off. Its disk outlives its boots, and goes with this process at the latest. */
export class DebianMachine {
  readonly #folder: string
  readonly #defaults: { readonly release: string; readonly memoryMb: number }
  #vm: QemuVm | undefined
  #last: DebianBoot = {}

  constructor(folder: string, defaults: { readonly release: string; readonly memoryMb: number }) {
    this.#folder = folder
    this.#defaults = defaults
  }

  /** The machine that runs. */
  get vm(): QemuVm {
    invariant(this.#vm !== undefined, 'the machine has been booted')
    return this.#vm
  }

  /**
   * Boots the kernel and the initial ram disk that lie in /boot of the disk, as a boot loader does; returns when systemd has started all that it is going
   * to start, well or not. Faults: io/missing when they are not there, vm/boot, vm/died.
   */
  async boot(options: DebianBoot = this.#last): Promise<QemuVm> {
    invariant(this.#vm === undefined || (await this.#vm.hasEnded(0)), 'the machine is off')
    await this.cut()
    this.#last = options
    const release = options.release ?? this.#defaults.release
    await replayJournal(this.#disk)
    const vmlinuz = await takeFile(`/boot/vmlinuz-${release}`, this.#disk, `${this.#folder}/vmlinuz`)
    const initrd = await takeFile(`/boot/initrd.img-${release}`, this.#disk, `${this.#folder}/initrd`)
    const commandLine = [`root=LABEL=${ROOT_LABEL}`, 'ro', 'systemd.show_status=no', SAME_ADDRESSES, ...(options.commandLine ?? [])]
    const firmware = options.isSecure === true ? { firmware: await secure(vmlinuz, this.#folder) } : {}
    const spec = { vmlinuz, initrd, disk: this.#disk, commandLine, memoryMb: this.#defaults.memoryMb, ...firmware }
    this.#vm = await bootQemu({ ...spec, bootTimeoutMs: options.timeoutMs ?? BOOT_TIMEOUT_MS })
    return this.#vm
  }

  /** systemctl poweroff, and waits for the end. Faults: vm/timeout when it does not come. */
  async shutdown(): Promise<void> {
    const { vm } = this
    await vm.run('systemctl --no-block poweroff').catch((error: unknown) => {
      if (!(error instanceof Fault) || error.code !== 'vm/died') throw error
    })
    if (!(await vm.hasEnded(SHUTDOWN_MS)))
      throw new Fault('vm/timeout', `Cannot shut the machine down: it still runs after ${SHUTDOWN_MS / 1000} s`, { in: await vm.console() })
    await this.cut()
  }

  /** Shuts down and boots again, in the same way unless told otherwise. */
  async reboot(options: DebianBoot = this.#last): Promise<QemuVm> {
    await this.shutdown()
    return this.boot(options)
  }

  /** A power cut: of what was not synced, the disk has what the kernel happened to have written. Of a machine that is off, nothing. */
  async cut(): Promise<void> {
    await this.#vm?.stop()
    this.#vm = undefined
  }

  /** Ends it and leaves nothing behind. Safe to call again. */
  async discard(): Promise<void> {
    await this.cut()
    await removePassingFolder(this.#folder)
  }

  get #disk(): string {
    return `${this.#folder}/disk`
  }
}
