import { Fault } from '../../core/base/mod.ts'
import type { Candidate } from '../../core/host/mod.ts'
import type { Retraction } from '../../core/trust/mod.ts'
import { readFollowingIfWhole } from './following-store.ts'
import { readRecord } from './host-store.ts'
import type { HostPorts } from './ports.ts'

/** Why a live patch must not go in, whoever brings it: a person, a package, or what this host keeps. Undefined where its publisher has not taken it back. Faults: host/state. */
export async function findRetraction({ name, sha256 }: Candidate, ports: HostPorts): Promise<Fault | undefined> {
  const { patches } = await readRecord(ports)
  const { offers } = await readFollowingIfWhole(ports)
  const { retracted } =
    patches.find((patch) => patch.sha256 === sha256 && patch.retracted !== undefined) ??
    offers.find(({ moduleSha256, retracted: told }) => moduleSha256 === sha256 && told !== undefined) ??
    {}
  return retracted === undefined ? undefined : takenBack(name, retracted)
}

/** What is said of it. */
export function takenBack(name: string, { reason }: Retraction): Fault {
  return new Fault('trust/retracted', `Cannot apply ${name}: its publisher has taken it back: ${reason}`, {
    try: 'kmend plan shows what is on offer in its place',
  })
}
