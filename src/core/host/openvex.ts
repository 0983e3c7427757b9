import { advisoryId } from '../bundle/mod.ts'

/**
 * What a host says about vulnerabilities that its live patches fix: an OpenVEX document, https://github.com/openvex/spec, version 0.2.0.
 * The fields and their names are that specification's.
 */
export interface OpenVex {
  readonly '@context': typeof OPENVEX_CONTEXT
  readonly '@id': string
  readonly author: string
  readonly role: string
  /** RFC 3339. */
  readonly timestamp: string
  readonly version: 1
  readonly tooling: string
  readonly statements: readonly OpenVexStatement[]
}

export interface OpenVexStatement {
  readonly vulnerability: { readonly name: string }
  readonly products: readonly { readonly '@id': string; readonly identifiers: { readonly purl: string } }[]
  readonly status: 'fixed'
  readonly status_notes: string
}

export const OPENVEX_CONTEXT = 'https://openvex.dev/ns/v0.2.0'

/** The package that a kernel came in. */
export interface KernelPackage {
  /** The distribution, as /etc/os-release has it: `debian`. */
  readonly vendor: string
  readonly name: string
  readonly version: string
  readonly arch: string
}

/** A live patch in force, and the CVEs that its manifest names. */
export interface FixingPatch {
  readonly name: string
  readonly version: number
  /** Of the module without its signature. */
  readonly sha256: string
  readonly cves: readonly string[]
}

export interface VexRequest {
  readonly host: string
  readonly author: string
  readonly nowMs: number
  readonly tooling: string
  /** As `uname -r` prints it, and its build-id. */
  readonly release: string
  readonly buildId: string
  readonly packages: readonly KernelPackage[]
  readonly patches: readonly FixingPatch[]
  /** SHA-256 in hex. */
  readonly digest: (text: string) => string
}

/** Undefined when no live patch in force fixes a CVE: the specification wants one statement at least. */
export function composeVex(request: VexRequest): OpenVex | undefined {
  const products = request.packages.map((one) => {
    const purl = packageUrl(one)
    return { '@id': purl, identifiers: { purl } }
  })
  const cves = [...new Set(request.patches.flatMap((patch) => patch.cves))].toSorted()
  if (cves.length === 0 || products.length === 0) return undefined
  const statements = cves.map((name) => ({
    vulnerability: { name },
    products,
    status: 'fixed' as const,
    status_notes: noteFor(name, request),
  }))
  const timestamp = new Date(request.nowMs).toISOString().replace(/\.\d+Z$/, 'Z')
  const content = {
    author: request.author,
    role: 'the host that it speaks of',
    timestamp,
    version: 1 as const,
    tooling: request.tooling,
    statements,
  }
  return { '@context': OPENVEX_CONTEXT, '@id': uuidUrn(request.digest(JSON.stringify(content))), ...content }
}

/** An in-toto statement, https://in-toto.io/Statement/v1, whose predicate is the document: what is signed of it. */
export interface VexAttestation {
  readonly _type: 'https://in-toto.io/Statement/v1'
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[]
  readonly predicateType: 'https://openvex.dev/ns'
  readonly predicate: OpenVex
}

/** It speaks of the products of the document, which are one kernel: `imageSha256` is the digest of its image. */
export function attestVex(document: OpenVex, imageSha256: string): VexAttestation {
  const names = new Set(document.statements.flatMap(({ products }) => products.map((product) => product['@id'])))
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [...names].map((name) => ({ name, digest: { sha256: imageSha256 } })),
    predicateType: 'https://openvex.dev/ns',
    predicate: document,
  }
}

function noteFor(cve: string, { host, release, buildId, patches }: VexRequest): string {
  const by = patches
    .filter(({ cves }) => cves.includes(cve))
    .map(
      ({ name, version, sha256 }) =>
        `${name} version ${version} (sha256 ${sha256}; advisory ${advisoryId({ kernel: { release }, version })})`,
    )
  return `Fixed in the memory of the running kernel ${release} (build-id ${buildId}) of ${host}, by the live patch ${by.join(' and ')}. It holds on this host, until the live patch is taken off or another kernel is booted.`
}

/**
 * A package URL, https://github.com/package-url/purl-spec. Scanners match a statement whose qualifiers are all among those of the package that they found:
 * the architecture is what all of them give; the distribution's release is spelled in different ways.
 */
export function packageUrl({ vendor, name, version, arch }: KernelPackage): string {
  return `pkg:deb/${encode(vendor)}/${encode(name)}@${encode(version)}?arch=${encode(arch)}`
}

/** Everything but letters, digits and `.-_~:` is written as its number. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3A', ':')
}

/** A UUID of version 8 (RFC 9562): one's own bits, here those of the document's digest. The same document has the same. */
function uuidUrn(digest: string): string {
  const variant = ((Number.parseInt(digest.slice(16, 17), 16) & 3) | 8).toString(16)
  return `urn:uuid:${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`
}
