import { type ExpectedFile, fetchBytes, fetchFile } from './fetch.ts'
import { parseAddress } from './open-url.ts'

/** No file of a repository that is read as a whole is larger: docs/formats/bundle.md. */
const MAX_BYTES = 256 * 1024 * 1024

/** A repository at an address, to be read. Faults: fetch/url. */
export function makeAddressSource(address: string) {
  const base = parseAddress(address).href.replace(/\/+$/, '')
  const urlOf = (path: string) => parseAddress(`${base}/${path.split('/').map(encodeURIComponent).join('/')}`)
  return {
    place: base,
    /** Undefined when there is none. Faults: fetch/*. */
    async read(path: string): Promise<Uint8Array | undefined> {
      const answer = await fetchBytes(urlOf(path), { maxBytes: MAX_BYTES })
      return answer.kind === 'body' ? answer.bytes : undefined
    },
    /** Brings a large file to a place on this machine, whole and as expected. Faults: those of `fetchFile`. */
    bring: (path: string, to: string, expected: ExpectedFile) => fetchFile(urlOf(path), to, expected),
  }
}
