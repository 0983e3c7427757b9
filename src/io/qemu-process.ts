import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { open, readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { Fault } from '../core/base/mod.ts'
import { fileFault } from './files.ts'
import { EXCHANGE_SERIAL } from './guest-scripts.ts'
import { makePassingFolder, removePassingFolder } from './passing-folder.ts'

interface QemuOptions {
  readonly vmlinuz: string
  readonly commandLine: readonly string[]
  readonly memoryMb: number
  /** Software when not given. */
  readonly accelerator?: 'software' | 'hardware'
  readonly bootTimeoutMs?: number
  /** Give it a serial port for a person's terminal. */
  readonly isInteractive?: boolean
  /** Let a debugger reach the guest's memory, by the socket `debugger` in the machine's folder. */
  readonly hasDebugger?: boolean
  /** Give it a network of its own, in which 10.0.2.2 is this machine's loopback. */
  readonly hasNetwork?: boolean
  /** UEFI, in place of a firmware that only starts the kernel. */
  readonly firmware?: Firmware
}

/** Images of flash memory: the firmware itself, and its variables, which it writes to. */
export interface Firmware {
  readonly code: string
  readonly variables: string
}

/** A root in memory: busybox, and these files by absolute path in the guest; all are executable. */
export interface FilesSpec extends QemuOptions {
  readonly files: ReadonlyMap<string, Uint8Array>
}

/** A system that is installed on a disk image, serves commands by itself (guest-scripts.ts), and keeps what it writes. */
export interface DiskSpec extends QemuOptions {
  readonly initrd: string
  /** Path of the image. One machine at a time has it. */
  readonly disk: string
}

export type QemuSpec = FilesSpec | DiskSpec

/** The initial ram disk of our own, in the machine's folder. */
export const INITRAMFS = 'initramfs'
const STOP_MS = 10_000

/** Room on the disk that host and guest hand bytes over on; it takes space only where it is written. */
export const DISK_BYTES = 512 * 2 ** 20

/** A folder of this process for one machine, with the disk that host and guest hand bytes over on. */
export async function makeVmFolder(): Promise<string> {
  const folder = await makePassingFolder('kmend-vm-')
  try {
    const disk = await open(`${folder}/disk`, 'w')
    await disk.truncate(DISK_BYTES).finally(() => disk.close())
    return folder
  } catch (error) {
    throw fileFault('make a disk for a virtual machine in', folder, error)
  }
}

/** The emulator's process. It ends with this one, however that ends, and its folder goes with it. */
export class QemuProcess {
  readonly child: ChildProcessWithoutNullStreams
  /** How it ended; undefined while it runs. */
  ended: string | undefined
  readonly #folder: string
  readonly #closed: Promise<void>
  readonly #onExit: () => void
  #said = ''
  #error: NodeJS.ErrnoException | undefined

  constructor(spec: QemuSpec, folder: string) {
    this.#folder = folder
    this.child = spawn('setpriv', ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...qemuArguments(spec, folder)], { stdio: 'pipe' })
    this.child.stderr.on('data', (chunk: Buffer) => (this.#said += chunk.toString('utf8')))
    this.#closed = new Promise((resolve) => {
      this.child.on('error', (error) => {
        this.#error = error
        this.ended = error.message
        resolve()
      })
      this.child.on('close', (code, signal) => {
        this.ended ??= signal === null ? `QEMU ended with exit code ${code}` : `QEMU was ended by ${signal}`
        resolve()
      })
    })
    this.#onExit = () => {
      this.child.kill('SIGKILL')
    }
    process.once('exit', this.#onExit)
  }

  get closed(): Promise<void> {
    return this.#closed
  }

  /** Everything that the kernel printed on its console. */
  async console(): Promise<string> {
    return readFile(`${this.#folder}/console`, 'latin1').catch(() => '')
  }

  /** Why there is no machine to talk to. */
  async fault(act: string): Promise<Fault> {
    if (this.#error?.code === 'ENOENT')
      return new Fault('tool/missing', 'Cannot find the program setpriv', { try: 'apt-get install util-linux' })
    if (/setpriv: failed to execute/.test(this.#said)) {
      return new Fault('tool/missing', 'Cannot find the program qemu-system-x86_64', { try: 'apt-get install qemu-system-x86' })
    }
    const said = this.#said.trim().split('\n').at(-1) ?? ''
    const console = await this.console()
    if (console === '') return new Fault('vm/start', `Cannot ${act}: ${this.ended}${said === '' ? '' : `: ${said}`}`)
    return new Fault('vm/died', `Cannot ${act}: the virtual machine has died (${this.ended})`, {
      in: lastWords(console),
      try: 'the lines above say why, when the kernel itself gave up',
    })
  }

  /** Ends it and leaves nothing behind. Safe to call again. */
  async stop(): Promise<void> {
    if (this.ended === undefined) this.child.kill('SIGKILL')
    // A process that hangs in the kernel, as nested virtualisation can, is not waited for.
    await Promise.race([this.#closed, setTimeout(STOP_MS, undefined, { ref: false })])
    process.removeListener('exit', this.#onExit)
    await removePassingFolder(this.#folder)
  }
}

const LINES = 12

/** From the line on in which a kernel begins to complain, else the last lines. */
export function lastWords(console: string): string {
  const lines = console.trimEnd().split(/\r?\n/)
  const first = lines.findIndex((line) => /BUG: |Oops: |kernel BUG at|general protection fault|Kernel panic/.test(line))
  const shown = first < 0 ? lines.slice(-LINES) : lines.slice(first, first + LINES)
  return `the kernel's console:\n${shown.map((line) => `    ${line}`).join('\n')}`
}

function qemuArguments(spec: QemuSpec, folder: string): string[] {
  // panic=-1 with -no-reboot ends QEMU when the kernel panics, so that a dead guest is noticed at once.
  const init = 'disk' in spec ? [] : ['rdinit=/init']
  const commandLine = ['console=ttyS0', ...init, 'panic=-1', 'random.trust_cpu=on', 'log_buf_len=4M', ...spec.commandLine]
  return [
    ...(spec.accelerator === 'hardware' ? ['-accel', 'kvm', '-cpu', 'host'] : ['-accel', 'tcg,thread=single', '-cpu', 'max']),
    ...(spec.firmware === undefined ? [] : firmwareArguments(spec.firmware)),
    ...['-m', `${spec.memoryMb}`, '-smp', '2', '-nodefaults', '-no-user-config', '-no-reboot'],
    ...['-display', 'none', '-monitor', 'none'],
    ...['-chardev', `file,id=console,path=${folder}/console`, '-serial', 'chardev:console'],
    ...['-chardev', 'stdio,id=commands,signal=off', '-serial', 'chardev:commands'],
    ...(spec.isInteractive === true
      ? ['-chardev', `socket,id=shell,path=${folder}/shell,server=on,wait=off`, '-serial', 'chardev:shell']
      : []),
    ...(spec.hasDebugger === true
      ? ['-chardev', `socket,id=debugger,path=${folder}/debugger,server=on,wait=off`, '-gdb', 'chardev:debugger']
      : []),
    ...(spec.hasNetwork === true ? ['-netdev', 'user,id=network', '-device', 'virtio-net-pci,netdev=network,romfile='] : []),
    ...('disk' in spec ? driveArguments({ file: spec.disk, serial: 'root' }) : []),
    ...driveArguments({ file: `${folder}/disk`, serial: EXCHANGE_SERIAL }),
    ...['-kernel', spec.vmlinuz, '-initrd', 'disk' in spec ? spec.initrd : `${folder}/${INITRAMFS}`],
    ...['-append', commandLine.join(' ')],
  ]
}

/** The variables may be written to in system management mode alone: the guest's root cannot switch Secure Boot off. */
function firmwareArguments({ code, variables }: Firmware): string[] {
  return [
    ...['-machine', 'q35,smm=on', '-global', 'driver=cfi.pflash01,property=secure,value=on'],
    ...['-drive', `if=pflash,format=raw,unit=0,file=${code},readonly=on`, '-drive', `if=pflash,format=raw,unit=1,file=${variables}`],
  ]
}

/** What the guest flushes need not outlive this host, only QEMU: cache=unsafe spares the host's disk, and a killed QEMU loses nothing it has written. */
function driveArguments({ file, serial }: { readonly file: string; readonly serial: string }): string[] {
  return ['-drive', `file=${file},if=none,id=${serial},format=raw,cache=unsafe`, '-device', `nvme,serial=${serial},drive=${serial}`]
}
