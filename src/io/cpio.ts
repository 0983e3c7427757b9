import { alignUp, bytesFromLatin1, concatBytes } from '../core/base/mod.ts'

export interface CpioEntry {
  readonly path: string
  /** With the file type bits, such as 0o100755 or 0o040755. */
  readonly mode: number
  readonly data: Uint8Array
}

/** An archive in cpio's "newc" form, as the kernel unpacks it (Documentation/driver-api/early-userspace/buffer-format.rst). */
export function writeCpio(entries: readonly CpioEntry[]): Uint8Array {
  const trailer: CpioEntry = { path: 'TRAILER!!!', mode: 0, data: new Uint8Array(0) }
  return concatBytes([...entries, trailer].flatMap((entry, index) => writeEntry(entry, index + 1)))
}

function writeEntry(entry: CpioEntry, inode: number): Uint8Array[] {
  const name = `${entry.path}\0`
  const fields = [inode, entry.mode, 0, 0, 1, 0, entry.data.length, 0, 0, 0, 0, name.length, 0]
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${name}`
  return [pad(bytesFromLatin1(header)), pad(entry.data)]
}

function pad(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(alignUp(bytes.length, 4))
  padded.set(bytes)
  return padded
}
