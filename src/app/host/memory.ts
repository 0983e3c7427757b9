import { Fault } from '../../core/base/mod.ts'
import { CORE_HEADER_BYTES, coreHeadersSize, offsetOf, readMemoryMap } from '../../core/entry/mod.ts'
import type { SystemPort } from './ports.ts'

/** The running kernel's memory. */
export interface Memory {
  /** Undefined where nothing is mapped. */
  readonly read: (address: bigint, size: number) => Uint8Array | undefined
}

const CORE = '/proc/kcore'

/** Faults: host/hidden. */
export function openMemory(system: SystemPort): Memory {
  const header = system.readRange(CORE, 0n, CORE_HEADER_BYTES)
  const headers = header && system.readRange(CORE, 0n, coreHeadersSize(header, CORE))
  if (headers === undefined) {
    throw new Fault('host/hidden', 'Cannot read the memory of the kernel', {
      in: CORE,
      try: 'run it as root; a kernel in lockdown (confidentiality), or one built without CONFIG_PROC_KCORE, shows its memory to nobody',
    })
  }
  const map = readMemoryMap(headers, CORE)
  return {
    read(address, size) {
      const offset = offsetOf(map, address, size)
      return offset === undefined ? undefined : system.readRange(CORE, offset, size)
    },
  }
}
