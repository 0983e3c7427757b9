import { execOk } from './exec.ts'

/** `QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)`. Faults: tool/missing. */
export async function qemuVersion(): Promise<string> {
  const printed = await execOk('qemu-system-x86_64', ['--version'], { package: 'qemu-system-x86' })
  return printed.split('\n')[0]?.trim() ?? ''
}
