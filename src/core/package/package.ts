/** A binary package, before it is one. Fields and their sense: Debian Policy, chapters 5 and 6. */
export interface Package {
  readonly name: string
  readonly version: string
  readonly summary: string
  /** Paragraphs. */
  readonly description: readonly string[]
  /** As SPDX names it. */
  readonly licence: string
  /** Debian's syntax. */
  readonly depends: readonly string[]
  /** The same for rpm, beyond the libraries, which it finds by itself. */
  readonly requires?: readonly string[]
  /** In the syntax of the format that it is made for. */
  readonly recommends?: readonly string[]
  readonly tree: PackageTree
  /** By their names in the format: postinst, prerm, postrm; post, preun, postun, posttrans. */
  readonly scripts: Readonly<Record<string, string>>
}

/** What a package lays into a file system. */
export interface PackageTree {
  readonly files: readonly PackageFile[]
  /** Folders with a mode of their own; those that only hold files are 0755. */
  readonly folders: readonly { readonly path: string; readonly mode: number }[]
}

export interface PackageFile {
  /** Absolute. */
  readonly path: string
  readonly content: string | Uint8Array | { readonly from: string }
  /** 0644 when absent. */
  readonly mode?: number
  /** The administrator's: an upgrade asks before it overwrites what was edited. */
  readonly isConfig?: true
}

/** The host's package: the executable and what makes a system run it. */
export const AGENT = 'kmend-agent'

export const MAINTAINER = 'kmend maintainers <maintainers@kmend.invalid>'

export function formatChangelog(name: string, version: string, epoch: number): string {
  const date = new Date(epoch * 1000).toUTCString().replace('GMT', '+0000')
  return `${name} (${version}) unstable; urgency=medium\n\n  * What changed stands in CHANGELOG.md.\n\n -- ${MAINTAINER}  ${date}\n`
}
