import { open, writeFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { Fault } from '../core/base/mod.ts'
import { fileFault } from './files.ts'
import { GuestLine, type Heard } from './guest-line.ts'
import { GUEST_FOLDER } from './guest-scripts.ts'
import { makeInitramfs } from './initramfs.ts'
import { DISK_BYTES, INITRAMFS, lastWords, makeVmFolder, QemuProcess, type QemuSpec } from './qemu-process.ts'
import { shellQuote } from './shell-quote.ts'
import { joinTerminal } from './terminal.ts'

export interface QemuResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const BOOT_TIMEOUT_MS = 120_000
const RUN_TIMEOUT_MS = 60_000
/** A person may take a day. */
const SESSION_MS = 24 * 3600 * 1000
/** How much later than its own time limit the guest may answer. */
const GRACE_MS = 15_000
/** Scripts up to here go over the serial line, which carries 25 kB a second. */
const SHORT_BYTES = 2048

/**
 * Boots a kernel image under QEMU with software emulation, which runs everywhere; nested hardware virtualisation hangs on some hosts although
 * its device is there. Faults: tool/missing, vm/start, vm/boot, vm/died.
 */
export async function bootQemu(spec: QemuSpec): Promise<QemuVm> {
  const folder = await makeVmFolder()
  if ('files' in spec) await writeInitramfs(spec.files, folder)
  const vm = new QemuVm(new QemuProcess(spec, folder), folder)
  try {
    await vm.ready(spec.bootTimeoutMs)
    return vm
  } catch (error) {
    await vm.stop()
    throw error
  }
}

async function writeInitramfs(files: ReadonlyMap<string, Uint8Array>, folder: string): Promise<void> {
  const initramfs = await makeInitramfs(files)
  await writeFile(`${folder}/${INITRAMFS}`, initramfs).catch((error: unknown) => {
    throw fileFault('write', `${folder}/${INITRAMFS}`, error)
  })
}

/** A virtual machine that belongs to this process and ends with it. */
export class QemuVm {
  bootMs = 0
  readonly #process: QemuProcess
  readonly #folder: string
  readonly #line: GuestLine
  readonly #startedMs = performance.now()
  #nextId = 1
  #queue: Promise<unknown> = Promise.resolve()

  constructor(process: QemuProcess, folder: string) {
    this.#process = process
    this.#folder = folder
    this.#line = new GuestLine(process.child.stdin, process.child.stdout)
    void process.closed.then(() => this.#line.end())
  }

  /** The socket for a debugger, when the machine was given one. */
  get debuggerPath(): string {
    return `${this.#folder}/debugger`
  }

  async ready(timeoutMs = BOOT_TIMEOUT_MS): Promise<void> {
    await this.#hear(/kmend-ready\n/, { timeoutMs, act: 'boot the kernel', late: 'vm/boot' })
    this.bootMs = Math.round(performance.now() - this.#startedMs)
  }

  /**
   * Runs a shell script in the guest; scripts given at the same time run one after the other. One that takes too long is killed, and the machine
   * can be used on. Faults: vm/timeout, vm/died.
   */
  run(script: string, { timeoutMs = RUN_TIMEOUT_MS }: { readonly timeoutMs?: number } = {}): Promise<QemuResult> {
    return this.#inTurn(async () => {
      if (script.length <= SHORT_BYTES) return this.#runNow(script, timeoutMs)
      await this.#putNow(`${GUEST_FOLDER}/long`, new TextEncoder().encode(script))
      return this.#runNow(`. ${GUEST_FOLDER}/long`, timeoutMs)
    })
  }

  /** Faults: vm/put when the guest cannot write it, vm/died. */
  put(path: string, content: Uint8Array): Promise<void> {
    return this.#inTurn(() => this.#putNow(path, content))
  }

  /** Faults: io/missing when the guest cannot read it, vm/died. */
  get(path: string): Promise<Uint8Array> {
    return this.#inTurn(async () => {
      const from = shellQuote(path)
      const { code, stdout, stderr } = await this.#runNow(`[ -r ${from} ] && wc -c <${from} && kmend-to-disk <${from}`, RUN_TIMEOUT_MS)
      if (code === 0) return this.#readDisk(Number(stdout))
      throw new Fault('io/missing', `Cannot read ${path} in the virtual machine: ${stderr.trim() || 'there is no such file'}`, { in: path })
    })
  }

  /** Hands the terminal over to a shell in the guest, until that ends; returns its exit code. Faults: vm/died. */
  async interact(): Promise<number> {
    const { columns, rows } = process.stdout
    // A terminal whose session ends drops what it has not sent yet; stty waits until it has.
    const session = 'sh -i; code=$?; stty sane; exit $code'
    const shell = `stty -F /dev/ttyS2 sane rows ${rows || 24} cols ${columns || 80}; TERM=vt100 setsid -c sh -c '${session}' </dev/ttyS2 >/dev/ttyS2 2>&1`
    const leave = joinTerminal(`${this.#folder}/shell`)
    return (await this.run(shell, { timeoutMs: SESSION_MS }).finally(leave)).code
  }

  /** Everything that the kernel printed on its console. */
  console(): Promise<string> {
    return this.#process.console()
  }

  /** Waits until the machine ends by itself, as by `poweroff`; whether it did. What it leaves is taken away by `stop`. */
  async hasEnded(withinMs: number): Promise<boolean> {
    await Promise.race([this.#process.closed, setTimeout(withinMs, undefined, { ref: false })])
    return this.#process.ended !== undefined
  }

  /** Ends it at once: to a disk of its own that is a power cut. */
  stop(): Promise<void> {
    return this.#process.stop()
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(act)
    this.#queue = turn.catch(() => {})
    return turn
  }

  async #runNow(script: string, timeoutMs: number): Promise<QemuResult> {
    const act = `finish "${script.split('\n')[0]?.slice(0, 60)}"`
    const id = this.#nextId++
    const limitSeconds = Math.ceil(timeoutMs / 1000)
    this.#line.send(`${id} ${limitSeconds} ${Buffer.from(script).toString('base64')}\n`)
    const answer = new RegExp(`kmend-begin ${id} (\\d+) (\\d+) (\\d+) (line|disk) (yes|no)\\n([^]*?)kmend-end ${id}\\n`)
    const match = await this.#hear(answer, { timeoutMs: timeoutMs + GRACE_MS, act, late: 'vm/timeout' })
    const [, code, outBytes, errBytes, where, isLate, text = ''] = match
    const sizes = [Number(outBytes), Number(errBytes)] as const
    const said = where === 'disk' ? await this.#readDisk(sizes[0] + sizes[1]) : Buffer.from(text, 'base64')
    const stderr = Buffer.from(said.subarray(sizes[0])).toString('utf8')
    if (isLate === 'yes') throw lateFault(act, limitSeconds, stderr)
    return { code: Number(code), stdout: Buffer.from(said.subarray(0, sizes[0])).toString('utf8'), stderr }
  }

  async #putNow(path: string, content: Uint8Array): Promise<void> {
    if (content.length > DISK_BYTES)
      throw new Fault('vm/put', `Cannot put ${path} into the virtual machine: ${content.length} bytes are too many`)
    const disk = await open(`${this.#folder}/disk`, 'r+')
    await disk.write(content, 0, content.length, 0).finally(() => disk.close())
    const to = shellQuote(path)
    const { code, stderr } = await this.#runNow(
      `mkdir -p "$(dirname ${to})" && kmend-from-disk ${content.length} >${to} && chmod 755 ${to}`,
      RUN_TIMEOUT_MS,
    )
    if (code !== 0) throw new Fault('vm/put', `Cannot put ${path} into the virtual machine: ${stderr.trim()}`)
  }

  async #readDisk(size: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(size)
    const disk = await open(`${this.#folder}/disk`, 'r')
    await disk.read(bytes, 0, size, 0).finally(() => disk.close())
    return bytes
  }

  async #hear(
    pattern: RegExp,
    waiting: { readonly timeoutMs: number; readonly act: string; readonly late: 'vm/boot' | 'vm/timeout' },
  ): Promise<RegExpExecArray> {
    const heard: Heard = await this.#line.expect(pattern, waiting.timeoutMs)
    switch (heard.kind) {
      case 'heard':
        return heard.match
      case 'ended':
        throw await this.#process.fault(waiting.act)
      case 'timeout':
        throw new Fault(waiting.late, `Cannot ${waiting.act}: no answer from the virtual machine within ${waiting.timeoutMs / 1000} s`, {
          in: lastWords(await this.console()),
        })
    }
  }
}

function lateFault(act: string, limitSeconds: number, stderr: string): Fault {
  const said = stderr.replace(/(^|\n)Killed\n$/, '').trim()
  return new Fault('vm/timeout', `Cannot ${act}: it has not ended within ${limitSeconds} s, and was killed`, {
    ...(said === '' ? {} : { in: `its standard error: ${said.split('\n').at(-1)}` }),
    try: 'give it longer, or find out what it waits for',
  })
}
