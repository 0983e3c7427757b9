import { Fault } from '../../core/base/mod.ts'
import { type Manifest, checkCumulative, checkSuccession, functionsGoingBack } from '../../core/bundle/mod.ts'
import type { BuildKernel } from './build-kernel.ts'
import type { BuildRequest } from './request.ts'

/** Before anything is built, or an output of an earlier build removed. Faults: build/not-cumulative, with all that speaks against it. */
export function checkPlace(
  { name, version = 1, output, after }: Pick<BuildRequest, 'name' | 'version' | 'output' | 'after'>,
  { target }: Pick<BuildKernel, 'target'>,
): void {
  if (after === undefined) return
  const { release, packageVersion, arch, buildId } = target
  const next = { name, version, kernel: { release, packageVersion, arch, buildId } }
  refuse(name, after.manifest, [
    ...checkSuccession(after.manifest, next, after.dropped),
    ...(after.folder === output ? [`it would be written over ${after.manifest.name}, in ${output}`] : []),
  ])
}

/** The manifest with what it says of the version before it. Faults: build/not-cumulative, with all that is missing. */
export function comingAfter(manifest: Manifest, { manifest: before, dropped }: NonNullable<BuildRequest['after']>): Manifest {
  refuse(manifest.name, before, checkCumulative(before, manifest, dropped))
  const back = functionsGoingBack(before, manifest).map(({ unit, name }) => ({
    unit,
    subject: name,
    text: `${before.name} replaces it and this does not: it goes back to the kernel's own code`,
  }))
  const after = { name: before.name, version: before.version ?? 1, sha256: before.module.sha256, dropped }
  return { ...manifest, after, notes: [...manifest.notes, ...back] }
}

function refuse(name: string, before: Manifest, findings: readonly string[]): void {
  if (findings.length === 0) return
  throw new Fault(
    'build/not-cumulative',
    `Cannot make ${name} the version after ${before.name}:${findings.map((finding) => `\n  - ${finding}`).join('')}`,
    { try: 'say with --cve and --fixes what it fixes, and with --drop ID=REASON what it fixes no longer' },
  )
}
