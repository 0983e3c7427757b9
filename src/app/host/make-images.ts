import { planImages, withImage } from '../../core/host/mod.ts'
import { note, readRecord, writeRecord } from './host-store.ts'
import { PATHS } from './paths.ts'
import type { HostPorts } from './ports.ts'
import { readPolicy, withHost } from './session.ts'

export interface ImageOutcome {
  readonly release: string
  /** The live patches that are in it now, or were to be. */
  readonly patches: readonly string[]
  /** Why it was not made; null when it was. */
  readonly said: string | null
}

/**
 * Has initial RAM disks hold what is accepted now. It takes most of a minute and others do not wait for it: what may be loaded from there is not up to what is
 * in there.
 */
export async function makeImages(ports: HostPorts): Promise<readonly ImageOutcome[]> {
  const releases = ports.system.names(PATHS.boot).flatMap((name) => releaseOf(name) ?? [])
  const plan = planImages(await readRecord(ports), await readPolicy(ports), { releases, nowMs: ports.nowMs() })
  const outcomes: ImageOutcome[] = []
  for (const { release, names, modules } of plan) {
    ports.progress(`making the initial RAM disk of ${release} anew`)
    const answer = await ports.makeImage(release)
    const said = answer.kind === 'done' ? null : answer.said
    const failedMs = said === null ? null : ports.nowMs()
    await withHost(ports, async () => {
      await writeRecord(withImage(await readRecord(ports), { release, modules, failedMs }), ports)
      const outcome = said === null ? 'done' : 'failed'
      await note({ act: 'image', patch: null, release, reason: null, outcome, detail: { patches: names, said } }, ports)
    })
    outcomes.push({ release, patches: names, said })
  }
  return outcomes
}

/** As Debian names an image, and as those do that have another tool for it: they are told. */
function releaseOf(name: string): string | undefined {
  return /^initrd\.img-(.+)$/.exec(name)?.[1] ?? /^initramfs-(.+)\.img$/.exec(name)?.[1]
}
