/** What a guest runs to serve QemuVm: the same in an initial ram disk of our own and in a system installed on a disk. */

/** Where the guest keeps requests and answers: in memory, so that commands go through when its disk is full. */
export const GUEST_FOLDER = '/run/kmend-commands'

/**
 * Serves one command a line on the second serial port: `<id> <limit in seconds> <script in base64>`. The answer has exit code, the sizes of standard
 * output and standard error, whether both follow here in base64 or lie on the disk, and whether the script was killed for taking too long. The
 * port is raw, so that a line may be longer than the terminal's 4,096 bytes. A shell of its own reads it: busybox's read drops what it has of a
 * line when a child ends (readcmd() of shell/ash.c begins again on EINTR), and every orphan is a child of process 1. A kernel without an NVMe
 * driver in it has no disk: then all goes over the line.
 */
const SERVE = `#!/bin/sh
stty -F /dev/ttyS1 raw -echo
exec 3<>/dev/ttyS1
mkdir -p ${GUEST_FOLDER}
cd ${GUEST_FOLDER}
echo 'kmend-ready' >&3
while request=$(read -r line <&3 && echo "$line"); do
  set -- $request; id=$1 limit=$2 script=$3
  echo "$script" | base64 -d >script
  read -r start _ </proc/uptime
  timeout -s KILL "$limit" setsid sh -c 'echo $$ >pid; cd /; . ${GUEST_FOLDER}/script' </dev/null >out 2>err 3>&-
  code=$? late=no where=line
  read -r end _ </proc/uptime
  if [ $code = 137 ] && [ $((\${end%.*} - \${start%.*})) -ge "$limit" ]; then late=yes; kill -9 -"$(cat pid)"; fi
  set -- $(stat -c %s out err)
  if [ $(($1 + $2)) -gt 4096 ] && cat out err | kmend-to-disk; then where=disk; fi
  { echo "kmend-begin $id $code $1 $2 $where $late"; [ $where = disk ] || [ $(($1 + $2)) = 0 ] || cat out err | base64; echo "kmend-end $id"; } >&3
done
`

/** The serial number of the disk that host and guest hand bytes over on; the guest may have others. */
export const EXCHANGE_SERIAL = 'kmend'

const FIND_DISK = `#!/bin/sh
find_disk() {
  for block in /sys/block/nvme[0-9]*n1; do
    read -r serial <"$block/device/serial" && [ "$serial" = ${EXCHANGE_SERIAL} ] && [ -b "/dev/\${block##*/}" ] && echo "/dev/\${block##*/}" && return
  done 2>/dev/null
  return 1
}
n=0; until disk=$(find_disk); do n=$((n + 1)); [ $n -lt 30 ] || { echo 'this kernel shows no NVMe disk' >&2; exit 1; }; sleep 0.1; done
`

const TO_DISK = `${FIND_DISK}exec dd of="$disk" bs=64k conv=fsync 2>/dev/null
`

/** What the guest has cached of the disk is older than what the host wrote. */
const FROM_DISK = `${FIND_DISK}blockdev --flushbufs "$disk"
dd if="$disk" bs=64k count=$(($1 / 65536 + 1)) 2>/dev/null | head -c "$1"
`

/** By name; they call each other by name too, and belong in a folder of the PATH. */
export const GUEST_SCRIPTS: ReadonlyMap<string, string> = new Map([
  ['kmend-serve', SERVE],
  ['kmend-to-disk', TO_DISK],
  ['kmend-from-disk', FROM_DISK],
])
