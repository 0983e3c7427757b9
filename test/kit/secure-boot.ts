import { copyFile } from 'node:fs/promises'
import { execOk } from '../../src/io/exec.ts'
import type { Firmware } from '../../src/io/qemu-process.ts'

/**
 * Secure Boot in a virtual machine: the firmware of Debian's package ovmf, with variables in which one owner's key is enrolled, and its private half beside them:
 * they stand for the key that an administrator has enrolled. The kernel is stock, signed once more with that key, as the firmware knows no other.
 */
export const OWNER_CERTIFICATE = '/usr/share/ovmf/PkKek-1-snakeoil.pem'
const OWNER_KEY = '/usr/share/ovmf/PkKek-1-snakeoil.key'

/** The owner's private key, without its passphrase. */
export async function layOwnerKey(path: string): Promise<void> {
  await execOk('openssl', ['pkey', '-in', OWNER_KEY, '-passin', 'pass:snakeoil', '-out', path])
}

/** The image signed in its place, and a firmware that asks for that. `folder` keeps the firmware's variables while the machine runs. */
export async function secure(vmlinuz: string, folder: string): Promise<Firmware> {
  const [key, variables] = [`${folder}/owner.key`, `${folder}/firmware-variables`]
  await layOwnerKey(key)
  await execOk('sbsign', ['--key', key, '--cert', OWNER_CERTIFICATE, '--output', vmlinuz, vmlinuz], { package: 'sbsigntool' })
  await copyFile('/usr/share/OVMF/OVMF_VARS_4M.snakeoil.fd', variables)
  return { code: '/usr/share/OVMF/OVMF_CODE_4M.snakeoil.fd', variables }
}
