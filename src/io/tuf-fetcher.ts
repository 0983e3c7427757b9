import type { Fetcher } from 'tuf-js'
import { DownloadHTTPError } from 'tuf-js/dist/error.js'
import { Fault } from '../core/base/mod.ts'
import { fetchBytes } from './fetch.ts'
import { parseAddress } from './open-url.ts'
import { type LookedAt, noRepository } from './tuf-fault.ts'

/** A timestamp that is here already. */
export interface KnownTimestamp {
  readonly bytes: Uint8Array
  readonly tag: string | undefined
}

export interface TufFetcherOptions {
  readonly proxy?: string | undefined
  readonly deadline?: AbortSignal | undefined
  /** The repository lies where nobody signs its timestamp anew each day: docs/formats/repository.md, clause 9. */
  readonly isCarried: boolean
  /** Which of a publisher's repositories this is, as everything that is signed in it says. */
  readonly repository: string
  /** Nothing of it was ever seen here. */
  readonly isFirst: boolean
  /** Nothing is fetched: what is here has to do. */
  readonly isOffline: boolean
  readonly known: KnownTimestamp | undefined
}

/** Brings metadata to tuf-js, and checks what this project asks of it beyond TUF. Of what goes wrong it keeps the fault: tuf-js turns errors into texts. */
export class TufFetcher implements Fetcher {
  readonly #options: TufFetcherOptions
  fault: Fault | undefined
  requests = 0
  receivedBytes = 0
  /** The tag of the timestamp that was fetched. */
  tag: string | undefined
  lookedAt: LookedAt = { file: 'root.json', url: '', version: undefined, expires: new Map() }

  constructor(options: TufFetcherOptions) {
    this.#options = options
  }

  async downloadBytes(url: string, maxBytes: number): Promise<Buffer> {
    try {
      const bytes = await this.#fetch(url, maxBytes)
      this.#look(url, bytes)
      return Buffer.from(bytes)
    } catch (error) {
      if (error instanceof Fault) this.fault = error
      throw error
    }
  }

  /** Targets are fetched without tuf-js: it would begin each anew. */
  downloadFile(): Promise<never> {
    return Promise.reject(new Error('targets are fetched elsewhere'))
  }

  async #fetch(wanted: string, maxBytes: number): Promise<Uint8Array> {
    const { repository, isCarried, isFirst, isOffline, known, proxy, deadline } = this.#options
    const isTimestamp = wanted.endsWith('/timestamp.json')
    if (isOffline) {
      if (isTimestamp && known !== undefined) return known.bytes
      throw new DownloadHTTPError('nothing is fetched', 404)
    }
    const url = isTimestamp && isCarried ? wanted.replace(/timestamp\.json$/, 'carried.json') : wanted
    const knownTag = isTimestamp ? known?.tag : undefined
    const answer = await fetchBytes(parseAddress(url), { maxBytes, proxy, deadline, knownTag })
    this.requests++
    if (answer.kind === 'missing') {
      // Of roots it says that there is no newer one.
      if (/\/\d+\.root\.json$/.test(url)) throw new DownloadHTTPError('missing', 404)
      throw isTimestamp && isFirst ? noRepository(repository, { url, lacks: 'timestamp' }) : missing(url)
    }
    if (answer.kind === 'unchanged') {
      if (known === undefined) throw missing(url)
      this.tag = known.tag
      return known.bytes
    }
    this.receivedBytes += answer.bytes.length
    if (isTimestamp) this.tag = answer.tag
    return answer.bytes
  }

  #look(url: string, bytes: Uint8Array): void {
    const file = url.slice(url.lastIndexOf('/') + 1)
    const { signed } = parse(bytes)
    const role = file.replace(/^\d+\.|\.json$/g, '')
    const expires = new Map(this.lookedAt.expires)
    if (typeof signed?.expires === 'string') expires.set(role, signed.expires)
    this.lookedAt = { file, url, version: signed?.version, expires }
    if (signed === undefined) return
    const { repository, isCarried } = this.#options
    if (role === 'root') return
    if (signed.kmend?.repository !== repository) {
      throw new Fault(
        'trust/metadata',
        `Cannot use ${file}: it belongs to ${signed.kmend?.repository ?? 'no repository'}, not to ${repository}`,
        {
          in: url,
          try: 'tell the publisher: somebody serves one kernel what is signed for another',
        },
      )
    }
    if ((role === 'timestamp' || role === 'carried') && (signed.kmend.carried === true) !== isCarried) {
      throw new Fault(
        'trust/expired',
        isCarried
          ? 'Cannot follow the repository as a carried one: its timestamp is that for hosts that reach the publisher'
          : 'Cannot take the timestamp of the repository: it is the one for carried copies, which may be weeks old',
        {
          in: url,
          try: isCarried ? 'make the copy with kmend repo mirror' : 'where the repository is a carried copy: kmend enable … --carried',
        },
      )
    }
  }
}

interface Signed {
  readonly version?: number
  readonly expires?: string
  readonly kmend?: { readonly repository?: string; readonly carried?: boolean }
}

/** What is no JSON, tuf-js says. */
function parse(bytes: Uint8Array): { readonly signed?: Signed } {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as { readonly signed?: Signed }
  } catch {
    return {}
  }
}

function missing(url: string): Fault {
  return new Fault('fetch/unreachable', `Cannot fetch ${url}: it is not there`, {
    in: url,
    try: 'try again later: the repository may be changing just now; else look whether the address is right',
  })
}
