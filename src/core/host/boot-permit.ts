import type { HostRecord, PatchRecord } from './host-record.ts'
import { acceptedFor } from './plan-boot.ts'
import type { Policy } from './policy.ts'

/**
 * What the initial RAM disk of the next boot may load. Nothing can be written down before it loads something, so that a crash right there would leave no trace and
 * come again at every boot. Therefore it needs a permit, which a clean shutdown leaves on the root file system, which counts for minutes, and which the first
 * act of kmend at boot takes away: docs/formats/host-state.md.
 */

export const BOOT_PERMIT_SCHEMA = 'kmend/next-boot/1'

/** A machine takes minutes to come up again; for so long, a crash that comes before kmend can note anything is repeated. */
const VALID_S = 15 * 60
/** How far the machine's own clock may be behind the one that was set by the network. */
const CLOCK_BEHIND_S = 2 * 60

type RunningKernel = Pick<PatchRecord, 'release' | 'buildId'>

/** The live patches that come back at boot of a kernel, whichever build of it, in the order in which they are loaded; none unless the administrator wants them loaded early. */
export function earlyPatches(record: HostRecord, release: string, policy: Policy): PatchRecord[] {
  if (!policy.boot.initramfs) return []
  return acceptedFor(record, { release }).filter(({ name }) => !policy.hold.includes(name))
}

/**
 * The permit's text; undefined when there is nothing to be permitted. A module that does not say for which build of its kernel it is, is permitted for the build
 * that runs now. Times are seconds since 1970, as the kernel gives the time of its boot.
 */
export function formatPermit(
  record: HostRecord,
  policy: Policy,
  { running, nowMs }: { readonly running: RunningKernel; readonly nowMs: number },
): string | undefined {
  const releases = [...new Set(record.patches.map(({ release }) => release))]
  const lines = releases
    .flatMap((release) => earlyPatches(record, release, policy))
    .map((patch) => ({ ...patch, buildId: patch.buildId === '' && patch.release === running.release ? running.buildId : patch.buildId }))
    .filter(({ buildId }) => buildId !== '')
    .map(({ release, buildId, name, fileSha256 }) => `${release} ${buildId} ${name} ${fileSha256}\n`)
  if (lines.length === 0) return undefined
  const now = Math.floor(nowMs / 1000)
  return `${BOOT_PERMIT_SCHEMA} ${now - CLOCK_BEHIND_S} ${now + VALID_S}\n${lines.join('')}`
}

/** What the initial RAM disk of this boot says that it has loaded: a line for each, its name and its digest. */
export function parseEarly(text: string): Pick<PatchRecord, 'name' | 'fileSha256'>[] {
  return text.split('\n').flatMap((line) => {
    const [, name, fileSha256] = /^([\w-]{1,55}) ([0-9a-f]{64})$/.exec(line) ?? []
    return name === undefined || fileSha256 === undefined ? [] : [{ name, fileSha256 }]
  })
}
