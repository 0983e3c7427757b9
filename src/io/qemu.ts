import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { Fault } from '../core/base/mod.ts'
import { makeInitramfs } from './initramfs.ts'

export interface QemuSpec {
  readonly vmlinuz: string
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly commandLine: readonly string[]
  readonly memoryMb: number
}

export interface QemuResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const BOOT_TIMEOUT_MS = 120_000
const RUN_TIMEOUT_MS = 60_000

/**
 * Boots a kernel image under QEMU with software emulation, which runs everywhere; nested hardware virtualisation hangs on some hosts although
 * its device is there. Faults: tool/missing, vm/start, vm/boot, vm/timeout, vm/died.
 */
export async function bootQemu(spec: QemuSpec): Promise<QemuVm> {
  const folder = await mkdtemp(`${tmpdir()}/kmend-vm-`)
  try {
    await writeFile(`${folder}/initramfs`, await makeInitramfs(spec.files))
    const vm = new QemuVm(spec, folder)
    await vm.ready()
    return vm
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

interface Waiting {
  readonly until: RegExp
  readonly resolve: (text: string) => void
  readonly reject: (error: unknown) => void
}

/** A virtual machine that belongs to this process and ends with it. */
export class QemuVm {
  bootMs = 0
  readonly #folder: string
  readonly #child: ChildProcessWithoutNullStreams
  readonly #startedMs = performance.now()
  #heard = ''
  #said = ''
  #waiting: Waiting | undefined
  #ended: string | undefined
  #spawnError: NodeJS.ErrnoException | undefined
  #nextId = 1
  #queue: Promise<unknown> = Promise.resolve()
  readonly #onExit: () => void

  constructor(spec: QemuSpec, folder: string) {
    this.#folder = folder
    // The machine dies with this process, however that ends.
    this.#child = spawn('setpriv', ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...qemuArguments(spec, folder)], { stdio: 'pipe' })
    this.#child.stdout.on('data', (chunk: Buffer) => this.#hear(chunk.toString('latin1')))
    this.#child.stderr.on('data', (chunk: Buffer) => (this.#said += chunk.toString('utf8')))
    this.#child.stdin.on('error', () => {}) // the exit says it
    this.#child.on('error', (error) => {
      this.#spawnError = error
      this.#end('it could not be started')
    })
    this.#child.on('close', (code, signal) => this.#end(signal === null ? `QEMU ended with exit code ${code}` : `QEMU was ended by ${signal}`))
    this.#onExit = () => {
      this.#child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    }
    process.once('exit', this.#onExit)
  }

  async ready(): Promise<void> {
    await this.#wait(/kmend-ready\n/, BOOT_TIMEOUT_MS, 'boot the kernel', 'vm/boot').catch(async (error: unknown) => {
      await this.stop()
      throw error
    })
    this.bootMs = Math.round(performance.now() - this.#startedMs)
  }

  /** Runs a shell script in the guest; scripts given at the same time run one after the other. */
  run(script: string, { timeoutMs = RUN_TIMEOUT_MS }: { readonly timeoutMs?: number } = {}): Promise<QemuResult> {
    const turn = this.#queue.then(() => this.#runNow(script, timeoutMs))
    this.#queue = turn.catch(() => {})
    return turn
  }

  async put(path: string, content: Uint8Array): Promise<void> {
    const text = Buffer.from(content).toString('base64')
    const { code, stderr } = await this.run(`mkdir -p "$(dirname '${path}')" && base64 -d >'${path}' <<'kmend-data'\n${text}\nkmend-data\nchmod 755 '${path}'`)
    if (code !== 0) throw new Fault('vm/boot', `Cannot put ${path} into the virtual machine: ${stderr.trim()}`)
  }

  async get(path: string): Promise<Uint8Array> {
    const { code, stdout, stderr } = await this.run(`base64 '${path}'`)
    if (code !== 0) throw new Fault('io/missing', `Cannot read ${path} in the virtual machine: ${stderr.trim()}`, { in: path })
    return Uint8Array.from(Buffer.from(stdout, 'base64'))
  }

  async console(): Promise<string> {
    return readFile(`${this.#folder}/console`, 'latin1').catch(() => '')
  }

  async stop(): Promise<void> {
    process.removeListener('exit', this.#onExit)
    if (this.#ended === undefined) {
      const closed = new Promise((resolve) => this.#child.once('close', resolve))
      this.#child.kill('SIGKILL')
      await closed
    }
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #runNow(script: string, timeoutMs: number): Promise<QemuResult> {
    if (this.#ended !== undefined) throw await this.#died('run a command')
    const id = this.#nextId++
    this.#heard = ''
    this.#child.stdin.write(`${id} ${Buffer.from(script).toString('base64')}\n`)
    const text = await this.#wait(new RegExp(`kmend-end ${id}\\n`), timeoutMs, `finish "${script.split('\n')[0]?.slice(0, 60)}"`, 'vm/timeout')
    const match = /kmend-begin \d+ (\d+)\n([^]*?)kmend-middle\n([^]*?)kmend-end/.exec(text)
    const decode = (part: string | undefined) => Buffer.from(part ?? '', 'base64').toString('utf8')
    return { code: Number(match?.[1] ?? -1), stdout: decode(match?.[2]), stderr: decode(match?.[3]) }
  }

  #hear(text: string): void {
    this.#heard += text
    const waiting = this.#waiting
    if (waiting === undefined || !waiting.until.test(this.#heard)) return
    this.#waiting = undefined
    waiting.resolve(this.#heard)
  }

  #wait(until: RegExp, timeoutMs: number, act: string, code: 'vm/boot' | 'vm/timeout'): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(async () => {
        this.#waiting = undefined
        reject(new Fault(code, `Cannot ${act}: no answer from the virtual machine within ${timeoutMs / 1000} s`, { in: await this.#tail() }))
      }, timeoutMs)
      const settle = <T>(act2: (value: T) => void) => (value: T) => {
        clearTimeout(timer)
        act2(value)
      }
      this.#waiting = { until, resolve: settle(resolve), reject: settle(reject) }
      if (this.#ended !== undefined) void this.#died(act).then(this.#waiting.reject)
      else this.#hear('')
    })
  }

  #end(how: string): void {
    if (this.#ended !== undefined) return
    this.#ended = how
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting !== undefined) void this.#died('go on').then(waiting.reject)
  }

  async #died(act: string): Promise<Fault> {
    if (this.#spawnError !== undefined) return missing(this.#spawnError)
    if (/failed to execute.*qemu/.test(this.#said)) return missing(undefined)
    const said = this.#said.trim() === '' ? '' : `: ${this.#said.trim().split('\n').at(-1)}`
    return new Fault('vm/died', `Cannot ${act}: the virtual machine has stopped (${this.#ended}${said})`, { in: await this.#tail(), try: 'read the last lines of its console above' })
  }

  async #tail(): Promise<string> {
    const lines = (await this.console()).trimEnd().split('\n').slice(-8)
    return lines.length === 0 ? 'its console is empty' : `the console's last lines:\n${lines.map((line) => `    ${line.trimEnd()}`).join('\n')}`
  }
}

function missing(error: NodeJS.ErrnoException | undefined): Fault {
  if (error !== undefined && error.code !== 'ENOENT') return new Fault('vm/start', `Cannot start QEMU: ${error.message}`)
  return new Fault('tool/missing', 'Cannot find the program qemu-system-x86_64', { try: 'apt-get install qemu-system-x86' })
}

function qemuArguments(spec: QemuSpec, folder: string): string[] {
  // panic=-1 with -no-reboot ends QEMU when the kernel panics, so that a dead guest is noticed at once.
  const commandLine = ['console=ttyS0', 'panic=-1', 'rdinit=/init', 'random.trust_cpu=on', ...spec.commandLine]
  return [
    ...['-accel', 'tcg', '-cpu', 'max', '-m', `${spec.memoryMb}`, '-smp', '2', '-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-monitor', 'none'],
    ...['-chardev', `file,id=console,path=${folder}/console`, '-serial', 'chardev:console'],
    ...['-chardev', 'stdio,id=commands,signal=off', '-serial', 'chardev:commands'],
    ...['-kernel', spec.vmlinuz, '-initrd', `${folder}/initramfs`, '-append', commandLine.join(' ')],
  ]
}
