import { latin1FromBytes } from '../base/mod.ts'

/** The .modinfo section: NUL-separated `key=value`, in order; a key such as `import_ns` or `alias` may come many times. */
export type Modinfo = readonly (readonly [key: string, value: string])[]

export function parseModinfo(section: Uint8Array): Modinfo {
  return latin1FromBytes(section)
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const at = entry.indexOf('=')
      return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)]
    })
}

/** The bytes of a .modinfo section, each entry ended by a NUL. */
export function formatModinfo(modinfo: Modinfo): string {
  return modinfo.map(([key, value]) => `${key}=${value}\0`).join('')
}

/** The first value of a key. */
export function modinfoValue(modinfo: Modinfo, key: string): string | undefined {
  return modinfo.find(([name]) => name === key)?.[1]
}

/** Every value of a key, in order. */
export function modinfoValues(modinfo: Modinfo, key: string): string[] {
  return modinfo.filter(([name]) => name === key).map(([, value]) => value)
}
