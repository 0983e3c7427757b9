import { utf8FromBytes } from '../../core/base/mod.ts'
import { parseLifecycle } from '../../core/host/mod.ts'
import { LIFECYCLE_TARGET, VULNERABILITIES_TARGET } from '../../core/trust/mod.ts'
import { parseVulnerabilities } from '../../core/vulnerability/mod.ts'
import type { View } from './look-at.ts'
import { PATHS } from './paths.ts'
import type { HostPorts } from './ports.ts'

const DATA = [
  { role: 'lifecycle', target: LIFECYCLE_TARGET, path: PATHS.signedLifecycle, parse: parseLifecycle },
  { role: 'vulnerabilities', target: VULNERABILITIES_TARGET, path: PATHS.vulnerabilities, parse: parseVulnerabilities },
] as const

export interface NewData {
  /** Where it belongs. */
  readonly path: string
  /** Undefined where the publisher gives none: what is there is another's. */
  readonly bytes: Uint8Array | undefined
}

/** Brings signed data that is another than the one that is here. Faults: host/lifecycle, data/vulnerabilities, trust/*, fetch/*. */
export async function takeData({ findData }: View, { files, digest }: HostPorts): Promise<NewData[]> {
  const taken: NewData[] = []
  for (const { role, target, path, parse } of DATA) {
    const found = await findData(role, target)
    const isHere = await files.exists(path)
    if (found === undefined) {
      if (isHere) taken.push({ path, bytes: undefined })
      continue
    }
    if (isHere && digest(await files.readBytes(path)) === found.sha256) continue
    const bytes = await found.read()
    parse(utf8FromBytes(bytes) ?? '', target)
    taken.push({ path, bytes })
  }
  return taken
}
