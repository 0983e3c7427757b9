import { bytesFromLatin1 } from '../core/base/mod.ts'
import { type CpioEntry, writeCpio } from './cpio.ts'
import { readBytes } from './files.ts'
import { GUEST_SCRIPTS } from './guest-scripts.ts'

/** The guest's root: busybox, an init that serves commands on the second serial port, and the files given (by absolute path in the guest). */
export async function makeInitramfs(files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  const busybox = await readBytes('/bin/busybox')
  const folders = new Set(['dev', 'proc', 'sys', 'tmp', 'bin', 'root', 'etc'])
  for (const path of files.keys()) for (const folder of foldersAbove(path)) folders.add(folder)
  const entries: CpioEntry[] = [
    ...[...folders].map((path) => ({ path, mode: 0o040755, data: new Uint8Array(0) })),
    { path: 'bin/busybox', mode: 0o100755, data: busybox },
    { path: 'init', mode: 0o100755, data: bytesFromLatin1(INIT) },
    ...[...GUEST_SCRIPTS].map(([name, text]) => ({ path: `bin/${name}`, mode: 0o100755, data: bytesFromLatin1(text) })),
    ...[...files].map(([path, data]) => ({ path: path.replace(/^\//, ''), mode: 0o100755, data })),
  ]
  return writeCpio(entries)
}

function foldersAbove(path: string): string[] {
  const parts = path.replace(/^\//, '').split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

const INIT = `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin:/sbin HOME=/root
mount -t devtmpfs dev /dev; mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t tmpfs tmp /tmp
mount -t debugfs debug /sys/kernel/debug; mount -t tracefs trace /sys/kernel/tracing 2>/dev/null
mkdir -p /dev/shm /dev/pts; mount -t devpts pts /dev/pts 2>/dev/null
ip link set lo up; hostname kmend
kmend-serve
poweroff -f
`
