import { Fault } from '../core/base/mod.ts'

/** How slowly a server may answer. */
export interface Pace {
  readonly minBytesPerSecond: number
  /** Over so long the rate is taken; nothing at all for so long is too slow, too. */
  readonly windowMs: number
  readonly totalMs: number
}

/** A minute for any piece of metadata; a server that sends a byte now and then holds nobody for longer. */
export const METADATA_PACE: Pace = { minBytesPerSecond: 64, windowMs: 15_000, totalMs: 60_000 }
/** Bundles of megabytes over a slow line. */
export const BUNDLE_PACE: Pace = { minBytesPerSecond: 2048, windowMs: 30_000, totalMs: 3_600_000 }

export interface OpenOptions {
  /** More than this is refused, whether it is announced or comes. */
  readonly maxBytes: number
  readonly pace: Pace
  /** The ETag of what is here already: `unchanged` when it is that still. */
  readonly knownTag?: string | undefined
  /** Bytes that are here already; a server that cannot leave them out sends all. */
  readonly fromByte?: number
  /** The administrator's own; else what the environment says: https_proxy, http_proxy, no_proxy. */
  readonly proxy?: string | undefined
  /** When all that is asked for has to be here. */
  readonly deadline?: AbortSignal | undefined
}

export type Opened =
  | { readonly kind: 'body'; readonly fromByte: number; readonly tag: string | undefined; readonly chunks: AsyncIterable<Uint8Array> }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'missing' }

export function tooMuch(where: string, maxBytes: number): Fault {
  return new Fault('fetch/too-much', `Cannot fetch ${where}: it is larger than the ${maxBytes} bytes that it may have`, {
    in: where,
    try: 'tell the publisher: the server sends something else than what was signed',
  })
}

export interface PaceWatch {
  readonly count: (bytes: number) => void
  readonly end: () => void
}

function tooSlow(url: string, finding: string): Fault {
  return new Fault('fetch/stalled', `Cannot fetch ${url}: ${finding}`, {
    in: url,
    try: 'try again later, or look at the line between here and there',
  })
}

/** What was not asked for when the time was over. */
export function tooLate(url: string): Fault {
  return tooSlow(url, 'the time that the repository has for all that it is asked for is over')
}

/** Calls `stop`, with the fault fetch/stalled, when it becomes too slow. */
export function watchPace(
  url: string,
  { pace: { minBytesPerSecond, windowMs, totalMs }, deadline }: Pick<OpenOptions, 'pace' | 'deadline'>,
  stop: (fault: Fault) => void,
): PaceWatch {
  let received = 0
  let before = 0
  const window = setInterval(() => {
    const arrived = received - before
    before = received
    if (arrived < (minBytesPerSecond * windowMs) / 1000) stop(tooSlow(url, `${arrived} bytes came in ${windowMs / 1000} s`))
  }, windowMs)
  const total = setTimeout(() => stop(tooSlow(url, `it is not there after ${totalMs / 1000} s`)), totalMs)
  const late = () => stop(tooLate(url))
  deadline?.addEventListener('abort', late)
  return {
    count: (bytes) => (received += bytes),
    end() {
      clearInterval(window)
      clearTimeout(total)
      deadline?.removeEventListener('abort', late)
    },
  }
}
