import { closeSync, constants, openSync, readFileSync, readSync, readdirSync, writeSync } from 'node:fs'

/** A file of the running kernel (/proc, /sys): undefined when it is not there, has gone meanwhile, or may not be read. */
export function readSystemText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}

export function readSystemBytes(path: string): Uint8Array | undefined {
  try {
    return new Uint8Array(readFileSync(path))
  } catch {
    return undefined
  }
}

/** Bytes from an offset on; undefined when the file has not all of them, or may not be read. */
export function readSystemRange(path: string, offset: bigint, size: number): Uint8Array | undefined {
  const bytes = new Uint8Array(size)
  try {
    const file = openSync(path, constants.O_RDONLY)
    try {
      for (let at = 0; at < size;) {
        const read = readSync(file, bytes, at, size - at, offset + BigInt(at))
        if (read === 0) return undefined
        at += read
      }
    } finally {
      closeSync(file)
    }
    return bytes
  } catch {
    return undefined
  }
}

/** Names in a folder of the kernel's; none when it is not there. */
export function systemNames(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** One write, as the kernel's files want it. Undefined when the kernel took it, else what it said. */
export function writeSystemText(path: string, text: string): string | undefined {
  try {
    const file = openSync(path, constants.O_WRONLY)
    try {
      writeSync(file, text)
    } finally {
      closeSync(file)
    }
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  }
}

/** Milliseconds since boot, those asleep left out: CLOCK_MONOTONIC. */
export function uptimeMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n)
}

/** More than a record of /dev/kmsg can have: CONSOLE_EXT_LOG_MAX of kernel/printk/printk.c. */
const RECORD_BYTES = 8192

/** Records of the kernel's log after a number, oldest first; undefined when it may not be read. Documentation/ABI/testing/dev-kmsg. */
export function readKernelLog(after: number): { readonly number: number; readonly timeMs: number; readonly text: string }[] | undefined {
  let file: number
  try {
    file = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK)
  } catch {
    return undefined
  }
  const records: { number: number; timeMs: number; text: string }[] = []
  const buffer = Buffer.alloc(RECORD_BYTES)
  try {
    for (;;) {
      const size = readRecord(file, buffer)
      if (size === 'end') return records
      if (size === 'overwritten') continue
      const [head = '', ...rest] = buffer.toString('utf8', 0, size).split(';')
      const [, number = '', micros = ''] = head.split(',')
      // Lines that begin with a blank are a record's properties, not its text.
      const text = (rest.join(';').split('\n')[0] ?? '').trimEnd()
      if (Number(number) > after) records.push({ number: Number(number), timeMs: Math.round(Number(micros) / 1000), text })
    }
  } finally {
    closeSync(file)
  }
}

function readRecord(file: number, buffer: Buffer): number | 'end' | 'overwritten' {
  try {
    return readSync(file, buffer)
  } catch (error) {
    // EPIPE: the record was overwritten before it was read; the next read goes on with the oldest that is left.
    return (error as NodeJS.ErrnoException).code === 'EPIPE' ? 'overwritten' : 'end'
  }
}
