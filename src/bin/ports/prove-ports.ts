import { createHash } from 'node:crypto'
import type { ProvePorts } from '../../app/prove/mod.ts'
import { qemuVersion } from '../../io/qemu-version.ts'
import { makeVmPorts } from './vm-ports.ts'

/** The proof's ports, on this machine. */
export function makeProvePorts(progress: (text: string) => void): ProvePorts {
  return {
    ...makeVmPorts(progress),
    nowMs: () => performance.now(),
    emulator: qemuVersion,
    digest: (bytes) => createHash('sha256').update(bytes).digest('hex'),
  }
}
