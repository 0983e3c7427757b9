import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { EXCHANGE_SERIAL, GUEST_SCRIPTS } from '../../src/io/guest-scripts.ts'

/** What makes of a fresh Debian a host that tests can command, and that boots fast; all else is as Debian ships it. */

/** The label of its root file system. */
export const ROOT_LABEL = 'root'

/** Commands are served once systemd has started everything that it is going to start, whether all of that went well or not. */
const SERVICE = `[Unit]
Description=Commands from outside, for tests

[Service]
ExecStart=/bin/sh -c 'systemctl is-system-running --wait; exec kmend-serve'
Environment=HOME=/root LC_ALL=C.UTF-8
Restart=always
KillMode=mixed
TimeoutStopSec=2

[Install]
WantedBy=multi-user.target
`

/** On a busy machine an emulated second can take many: what starts slowly has not failed. */
const PATIENCE = `[Manager]
DefaultTimeoutStartSec=10min
DefaultDeviceTimeoutSec=10min
`

/** udev would look at the disk each time a command has written to it, and keep what it saw while the host writes. */
const UDEV_RULE = `SUBSYSTEM=="block", ATTRS{serial}=="${EXCHANGE_SERIAL}*", OPTIONS+="nowatch", ENV{UDEV_DISABLE_PERSISTENT_STORAGE_RULES_FLAG}="1"\n`

/** The initial ram disk has what the root's disk takes, and what Debian's hooks add; a kernel with both built in needs none of the two. */
const INITRAMFS_SETTINGS = 'MODULES=list\nCOMPRESS=zstd\nRESUME=none\nBUSYBOX=n\n'

/** Not checked at boot: after a power cut, the kernel replays the journal. */
const FSTAB = `LABEL=${ROOT_LABEL} / ext4 errors=remount-ro 0 0\n`

const FILES: ReadonlyMap<string, string> = new Map([
  ['etc/systemd/system/kmend-serve.service', SERVICE],
  ['etc/systemd/system.conf.d/kmend.conf', PATIENCE],
  ['etc/udev/rules.d/60-kmend-exchange.rules', UDEV_RULE],
  ['etc/initramfs-tools/conf.d/kmend', INITRAMFS_SETTINGS],
  ['etc/initramfs-tools/modules', 'nvme\next4\n'],
  ['etc/fstab', FSTAB],
  ['etc/hostname', 'debian\n'],
  ['etc/hosts', '127.0.0.1 localhost debian\n'],
  ['etc/apt/sources.list', ''],
])

/** Units for a network, a terminal or a month of uptime, none of which a test host has. */
const MASKED: readonly string[] = [
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  'fstrim.timer',
  'getty@tty1.service',
  'getty-static.service',
  'serial-getty@ttyS0.service',
]

export async function setUpDebian(root: string): Promise<void> {
  for (const [path, text] of FILES) await lay(join(root, path), text)
  for (const [name, text] of GUEST_SCRIPTS) {
    await lay(join(root, 'usr/local/bin', name), text)
    await chmod(join(root, 'usr/local/bin', name), 0o755)
  }
  for (const unit of MASKED) await link('/dev/null', join(root, 'etc/systemd/system', unit))
  await link('/etc/systemd/system/kmend-serve.service', join(root, 'etc/systemd/system/multi-user.target.wants/kmend-serve.service'))
}

async function lay(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

async function link(to: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await rm(path, { force: true })
  await symlink(to, path)
}
