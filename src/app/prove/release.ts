import { Fault } from '../../core/base/mod.ts'
import type { CachedKernel } from '../kernel/mod.ts'
import type { Subject } from './subject.ts'

/** The kernel that all of them are for. Faults: kernel/mismatch. */
export function chooseRelease(subjects: readonly Subject[], wanted: string | undefined): string {
  const releases = [...new Set(subjects.map((subject) => subject.release))]
  const [release] = releases
  if (release !== undefined && releases.length === 1 && (wanted === undefined || wanted === release)) return release
  const wishes = [
    ...subjects.map((subject) => `${subject.name} is for ${subject.release}`),
    ...(wanted === undefined ? [] : [`${wanted} is asked for`]),
  ]
  throw new Fault('kernel/mismatch', `Cannot prove these together: ${wishes.join(', ')}`, {
    try: 'give live patches for one and the same kernel',
  })
}

/** A release can be built twice: the manifest says for which build the live patch was made. Faults: kernel/mismatch. */
export function checkBuildIds(subjects: readonly Subject[], { target }: CachedKernel): void {
  for (const { name, path, manifest } of subjects) {
    if (manifest === undefined || manifest.kernel.buildId === target.buildId) continue
    throw new Fault('kernel/mismatch', `Cannot prove ${name}: it was built for another build of ${target.release} than the cache has`, {
      in: `${path}: ${manifest.kernel.buildId}, not ${target.buildId}`,
      try: 'build it again with kmend build',
    })
  }
}
