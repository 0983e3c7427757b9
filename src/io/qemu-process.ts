import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { access, open, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { Fault } from '../core/base/mod.ts'
import { fileFault } from './files.ts'

export interface QemuSpec {
  readonly vmlinuz: string
  /** Files in the guest, by absolute path; all are executable. */
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly commandLine: readonly string[]
  readonly memoryMb: number
  /** Software when not given. */
  readonly accelerator?: 'software' | 'hardware'
  readonly bootTimeoutMs?: number
  /** Give it a serial port for a person's terminal. */
  readonly isInteractive?: boolean
}

const FOLDER = 'kmend-vm-'
const STOP_MS = 10_000

/** Room on the disk that host and guest hand bytes over on; it takes space only where it is written. */
export const DISK_BYTES = 512 * 2 ** 20

/** Folders of this process that are still there; they go with it, however early it ends. */
const folders = new Set<string>()
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A folder of this process for one machine. Those that processes left behind which were killed are removed. */
export async function makeVmFolder(): Promise<string> {
  try {
    await removeOrphans()
    const folder = mkdtempSync(`${tmpdir()}/${FOLDER}${process.pid}-`)
    folders.add(folder) // in the same breath: a signal may end this process at any time
    const disk = await open(`${folder}/disk`, 'w')
    await disk.truncate(DISK_BYTES).finally(() => disk.close())
    return folder
  } catch (error) {
    throw fileFault('make a folder for a virtual machine in', tmpdir(), error)
  }
}

async function removeOrphans(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(FOLDER) ? /^\d+(?=-)/.exec(name.slice(FOLDER.length))?.[0] : undefined
    if (pid === undefined) continue
    const isAlive = await access(`/proc/${pid}`).then(
      () => true,
      () => false,
    )
    if (!isAlive) await rm(`${tmpdir()}/${name}`, { recursive: true, force: true })
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
    await rm(this.#folder, { recursive: true, force: true })
    folders.delete(this.#folder)
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
  const commandLine = ['console=ttyS0', 'panic=-1', 'rdinit=/init', 'random.trust_cpu=on', 'log_buf_len=4M', ...spec.commandLine]
  return [
    ...(spec.accelerator === 'hardware' ? ['-accel', 'kvm', '-cpu', 'host'] : ['-accel', 'tcg,thread=single', '-cpu', 'max']),
    ...['-m', `${spec.memoryMb}`, '-smp', '2', '-nodefaults', '-no-user-config', '-no-reboot'],
    ...['-display', 'none', '-monitor', 'none'],
    ...['-chardev', `file,id=console,path=${folder}/console`, '-serial', 'chardev:console'],
    ...['-chardev', 'stdio,id=commands,signal=off', '-serial', 'chardev:commands'],
    ...(spec.isInteractive === true
      ? ['-chardev', `socket,id=shell,path=${folder}/shell,server=on,wait=off`, '-serial', 'chardev:shell']
      : []),
    ...['-drive', `file=${folder}/disk,if=none,id=disk,format=raw`, '-device', 'nvme,serial=kmend,drive=disk'],
    ...['-kernel', spec.vmlinuz, '-initrd', `${folder}/initramfs`, '-append', commandLine.join(' ')],
  ]
}
