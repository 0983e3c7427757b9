import { PackageURL } from 'packageurl-js'

/** A package of Debian's archive: https://github.com/package-url/purl-spec. */
export function packageUrl(name: string, version: string): string {
  return new PackageURL('deb', 'debian', name, version, undefined, undefined).toString()
}
