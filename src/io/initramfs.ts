import { bytesFromLatin1 } from '../core/base/mod.ts'
import { type CpioEntry, writeCpio } from './cpio.ts'
import { readBytes } from './files.ts'

/** The guest's root: busybox, an init that serves commands on the second serial port, and the files given (by absolute path in the guest). */
export async function makeInitramfs(files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  const busybox = await readBytes('/bin/busybox')
  const folders = new Set(['dev', 'proc', 'sys', 'tmp', 'bin', 'root', 'etc'])
  for (const path of files.keys()) for (const folder of foldersAbove(path)) folders.add(folder)
  const entries: CpioEntry[] = [
    ...[...folders].map((path) => ({ path, mode: 0o040755, data: new Uint8Array(0) })),
    { path: 'bin/busybox', mode: 0o100755, data: busybox },
    { path: 'init', mode: 0o100755, data: bytesFromLatin1(INIT) },
    { path: 'bin/kmend-to-disk', mode: 0o100755, data: bytesFromLatin1(TO_DISK) },
    { path: 'bin/kmend-from-disk', mode: 0o100755, data: bytesFromLatin1(FROM_DISK) },
    ...[...files].map(([path, data]) => ({ path: path.replace(/^\//, ''), mode: 0o100755, data })),
  ]
  return writeCpio(entries)
}

function foldersAbove(path: string): string[] {
  const parts = path.replace(/^\//, '').split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

/**
 * Serves one command a line on the second serial port: `<id> <limit in seconds> <script in base64>`. The answer has exit code, the sizes of standard
 * output and standard error, whether both follow here in base64 or lie on the disk, and whether the script was killed for taking too long. The
 * port is raw, so that a line may be longer than the terminal's 4,096 bytes. A shell of its own reads it: busybox's read drops what it has of a
 * line when a child ends (readcmd() of shell/ash.c begins again on EINTR), and every orphan is a child of process 1. A kernel without an NVMe
 * driver in it has no disk: then all goes over the line.
 */
const INIT = `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin:/sbin HOME=/root
mount -t devtmpfs dev /dev; mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t tmpfs tmp /tmp
mount -t debugfs debug /sys/kernel/debug; mount -t tracefs trace /sys/kernel/tracing 2>/dev/null
mkdir -p /dev/shm /dev/pts /tmp/.kmend; mount -t devpts pts /dev/pts 2>/dev/null
ip link set lo up; hostname kmend
stty -F /dev/ttyS1 raw -echo
exec 3<>/dev/ttyS1
echo 'kmend-ready' >&3
cd /tmp/.kmend
while request=$(read -r line <&3 && echo "$line"); do
  set -- $request; id=$1 limit=$2 script=$3
  echo "$script" | base64 -d >script
  read -r start _ </proc/uptime
  timeout -s KILL "$limit" setsid sh -c 'echo $$ >pid; cd /; . /tmp/.kmend/script' </dev/null >out 2>err 3>&-
  code=$? late=no where=line
  read -r end _ </proc/uptime
  if [ $code = 137 ] && [ $((\${end%.*} - \${start%.*})) -ge "$limit" ]; then late=yes; kill -9 -"$(cat pid)"; fi
  set -- $(stat -c %s out err)
  if [ $(($1 + $2)) -gt 4096 ] && cat out err | kmend-to-disk; then where=disk; fi
  { echo "kmend-begin $id $code $1 $2 $where $late"; [ $where = disk ] || [ $(($1 + $2)) = 0 ] || cat out err | base64; echo "kmend-end $id"; } >&3
done
poweroff -f
`

/** Bytes between the guest and the disk that it shares with the host. Closing the device drops what the guest has cached of it. */
const WAIT = `#!/bin/sh
n=0; until [ -b /dev/nvme0n1 ]; do n=$((n + 1)); [ $n -lt 30 ] || { echo 'this kernel shows no NVMe disk' >&2; exit 1; }; sleep 0.1; done
`
const TO_DISK = `${WAIT}exec dd of=/dev/nvme0n1 bs=64k conv=fsync 2>/dev/null
`
const FROM_DISK = `${WAIT}dd if=/dev/nvme0n1 bs=64k count=$(($1 / 65536 + 1)) 2>/dev/null | head -c "$1"
`
