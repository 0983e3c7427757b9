import { earlyPatches } from './boot-permit.ts'
import type { HostRecord, ImageRecord } from './host-record.ts'
import type { Policy } from './policy.ts'

/** An initial RAM disk that is to be made anew, and what will be in it. */
export interface ImageWish {
  readonly release: string
  readonly names: readonly string[]
  /** Digests of the modules. */
  readonly modules: readonly string[]
}

/** What failed for want of room, say, is tried again so much later, or when something else is to be in it. */
const RETRY_MS = 24 * 3_600_000

/** The initial RAM disks that are not as they should be: what is accepted has changed, or whether it is to be in there. `releases` are the kernels that have one. */
export function planImages(
  record: HostRecord,
  policy: Policy,
  { releases, nowMs }: { readonly releases: readonly string[]; readonly nowMs: number },
): ImageWish[] {
  return releases.flatMap((release) => {
    const patches = earlyPatches(record, release, policy)
    const modules = patches.map(({ fileSha256 }) => fileSha256)
    const last = record.images?.find((image) => image.release === release) ?? { modules: [], failedMs: null }
    const isSame = last.modules.join() === modules.join()
    if (isSame && (last.failedMs === null || nowMs - last.failedMs < RETRY_MS)) return []
    return [{ release, names: patches.map(({ name }) => name), modules }]
  })
}

/** The same record, with what came of making an initial RAM disk. */
export function withImage(record: HostRecord, image: ImageRecord): HostRecord {
  return { ...record, images: [...(record.images ?? []).filter(({ release }) => release !== image.release), image] }
}
