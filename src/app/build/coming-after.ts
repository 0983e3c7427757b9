import { Fault } from '../../core/base/mod.ts'
import { type Manifest, checkCumulative, functionsGoingBack } from '../../core/bundle/mod.ts'
import type { BuildRequest } from './request.ts'

/** The manifest with what it says of the version before it. Faults: build/not-cumulative, with all that is missing. */
export function comingAfter(manifest: Manifest, { manifest: before, dropped }: NonNullable<BuildRequest['after']>): Manifest {
  const findings = checkCumulative(before, manifest, dropped)
  if (findings.length > 0)
    throw new Fault(
      'build/not-cumulative',
      `Cannot make ${manifest.name} the version after ${before.name}:${findings.map((finding) => `\n  - ${finding}`).join('')}`,
      { try: 'say with --cve and --fixes what it fixes, and with --drop ID=REASON what it fixes no longer' },
    )
  const back = functionsGoingBack(before, manifest).map(({ unit, name }) => ({
    unit,
    subject: name,
    text: `${before.name} replaces it and this does not: it goes back to the kernel's own code`,
  }))
  const after = { name: before.name, version: before.version ?? 1, sha256: before.module.sha256, dropped }
  return { ...manifest, after, notes: [...manifest.notes, ...back] }
}
