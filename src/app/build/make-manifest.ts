import { type Manifest, MANIFEST_SCHEMA } from '../../core/bundle/mod.ts'
import type { Note } from '../../core/diff/mod.ts'
import { formatCrc } from '../../core/kernel/mod.ts'
import type { ResolvedUnit } from '../../core/klp/mod.ts'
import { authorPart } from './author-part.ts'
import type { BuildKernel } from './build-kernel.ts'
import type { Contents } from './contents.ts'
import { type ExternalModule, keepModule } from './external-module.ts'
import type { BuildPorts } from './ports.ts'
import type { VersionChange } from './prototype-stage.ts'
import type { BuildRequest } from './request.ts'

export interface ManifestParts {
  readonly request: BuildRequest
  readonly kernel: BuildKernel
  readonly resolved: readonly ResolvedUnit[]
  readonly notes: readonly Note[]
  readonly contents: Contents
  readonly fixes: Manifest['fixes']
  readonly bytes: Uint8Array
  readonly versions: readonly VersionChange[]
  readonly external: ExternalModule | undefined
}

/** What was made, of what, and what was left out. */
export async function makeManifest(parts: ManifestParts, ports: BuildPorts): Promise<Manifest> {
  const { request, kernel, resolved, notes, contents, fixes, bytes, versions, external } = parts
  const { target } = kernel
  const buildIds = await buildIdsOf(new Set(contents.objects.map(({ name }) => name)), kernel)
  return {
    schema: MANIFEST_SCHEMA,
    name: request.name,
    version: request.version ?? 1,
    kernel: { release: target.release, packageVersion: target.packageVersion, arch: target.arch, buildId: target.buildId },
    replace: true,
    module: { file: `${request.name}.ko`, sha256: ports.digest(bytes), sizeBytes: bytes.length },
    objects: contents.objects.map(({ name, ...object }) => ({ name, ...buildIds.get(name), ...object })),
    ...authorPart(resolved),
    changes: contents.changes,
    added: contents.added,
    removed: resolved.flatMap(({ diff }) => diff.removed.map((item) => ({ unit: diff.unit, function: item.name }))),
    ...(external === undefined ? {} : { external: await describeExternal(external, request.output, ports) }),
    versions: versions.map(({ symbol, unit, oldCrc, newCrc, importers }) => ({
      symbol,
      unit,
      oldCrc: formatCrc(oldCrc),
      newCrc: formatCrc(newCrc),
      importers,
    })),
    ...(request.update === undefined ? {} : { update: request.update }),
    fixes,
    notes,
    inputs: {
      patches: request.patches.map(({ file, text }) => ({ file: file.slice(file.lastIndexOf('/') + 1), sha256: ports.digest(text) })),
      packages: target.packages.map(({ name, version, sha256 }) => ({ name, version, sha256 })),
      tools: await toolsOf(kernel, ports),
      kmend: ports.version,
    },
  }
}

/** Every program that has a say in the bytes of a module: those of the machine, and objtool, which the kernel's packages bring. */
export async function toolsOf({ target, paths, toolchain }: BuildKernel, ports: BuildPorts): Promise<Manifest['inputs']['tools']> {
  const version = target.packages.find((pack) => pack.role === 'kbuild')?.version ?? ''
  const objtool = { name: 'objtool', version, sha256: await ports.digestFile(`${paths.tree}/tools/objtool/objtool`) }
  return [...(await toolchain()), objtool]
}

async function describeExternal(external: ExternalModule, output: string, ports: BuildPorts): Promise<NonNullable<Manifest['external']>> {
  const { name, bytes, file, sources } = external
  return {
    name,
    file: await keepModule(external, output, ports),
    sha256: ports.digest(bytes),
    sizeBytes: bytes.length,
    buildId: file.buildId ?? null,
    srcversion: file.srcversion ?? null,
    sources,
  }
}

/** Of the modules of the kernel among these objects. */
async function buildIdsOf(objects: ReadonlySet<string>, kernel: BuildKernel): Promise<Map<string, { readonly buildId: string }>> {
  const modules = kernel.commands.units.flatMap(({ owners }) => owners.filter((owner) => owner.kind === 'module'))
  const owners = new Map(modules.filter(({ name }) => objects.has(name)).map((owner) => [owner.name, owner]))
  const shipped = await kernel.shipped()
  const found = new Map<string, { readonly buildId: string }>()
  for (const [name, owner] of owners) {
    const { buildId } = await shipped.object(owner)
    if (buildId !== undefined) found.set(name, { buildId })
  }
  return found
}
