import { type Manifest, formatManifest } from '../../core/bundle/mod.ts'
import type { Note, Refusal } from '../../core/diff/mod.ts'
import type { UnitCommand } from '../../core/kernel/mod.ts'
import { isPatched } from '../../core/klp/mod.ts'
import { idsOfHeader } from '../../core/source/mod.ts'
import { type ExternalModule, withExternalModule } from './external-module.ts'
import { type BuildKernel, openBuildKernel } from './build-kernel.ts'
import { type CompileInputs, DIFF_FLAGS, compileStage, unitsThatRead } from './compile-stage.ts'
import { findCarriers } from './carriers.ts'
import { type DecideRequest, decide } from './decide.ts'
import { makeManifest } from './make-manifest.ts'
import { moduleStage } from './module-stage.ts'
import type { BuildPorts } from './ports.ts'
import type { BuildRequest } from './request.ts'
import { type SourceStage, sourceStage } from './source-stage.ts'
import { type StageTime, type Stopwatch, makeStopwatch } from './stopwatch.ts'

export type BuildOutcome =
  | {
      readonly kind: 'built'
      readonly manifest: Manifest
      readonly module: string
      readonly manifestPath: string
      readonly times: readonly StageTime[]
      readonly unitCount: number
    }
  | { readonly kind: 'unchanged'; readonly notes: readonly Note[]; readonly unitCount: number }
  | { readonly kind: 'unpatchable'; readonly refusals: readonly Refusal[]; readonly notes: readonly Note[]; readonly unitCount: number }

/**
 * From source patches to a livepatch module and its manifest, in stages that can be looked into and resumed. Who builds many times for a kernel
 * opens it once and hands it in.
 */
export async function build(request: BuildRequest, ports: BuildPorts, opened?: BuildKernel): Promise<BuildOutcome> {
  const stage = makeStopwatch(ports.nowMs)
  const work = `${request.output}/work`
  const { kernel, external } = await stage('open', () => openFor(request, opened, `${work}/0-module`, ports))
  const { commands } = kernel

  const module = `${request.output}/${request.name}.ko`
  const manifestPath = `${request.output}/manifest.json`
  // What an earlier build left must not pass for what this one makes. The manifest goes first and comes last: where it is, all is.
  for (const path of [manifestPath, module]) await ports.files.remove(path)

  const source = await stage('source', () =>
    sourceStage(request, { tree: kernel.paths.tree, commands, includes: kernel.includes, prefix: external?.prefix }, ports),
  )
  if (source.units.length === 0) return { kind: 'unchanged', notes: source.notes, unitCount: 0 }
  const units = await stage('original', () => compileOriginal(source, kernel, work, ports))
  const compiled = await stage('patched', () => compilePatched(source, units, kernel, work, ports))
  const objects = { units, originals: `${work}/2-original`, patched: `${work}/3-patched`, ...compiled }
  const change = {
    fixes: fixesOf(request, source),
    notes: source.notes,
    changedFiles: new Set(source.changedFiles.keys()),
    places: source.places,
    hasHeaders: source.headers.length > 0,
  }
  return assemble({ request, kernel, external, work, ...objects, ...change }, ports, stage)
}

export interface AssembleRequest extends DecideRequest {
  readonly request: BuildRequest
  readonly kernel: BuildKernel
  /** The module that is none of the kernel's own, if there is one. */
  readonly external?: ExternalModule | undefined
  /** What the change touches in the sources, for the manifest. */
  readonly places: SourceStage['places']
  readonly fixes: Manifest['fixes']
}

/** From compiled objects, original and patched, to the module and its manifest: all that the build of patches and that of whole updates share. */
export async function assemble(parts: AssembleRequest, ports: BuildPorts, stage: Stopwatch): Promise<BuildOutcome> {
  const { request, kernel, work, units, patched, tree, fixes } = parts
  const { resolved, changed, refusals, notes, versions } = await decide(parts, ports, stage)
  if (refusals.length > 0) return { kind: 'unpatchable', refusals, notes, unitCount: units.length }
  if (!resolved.some(isPatched)) return { kind: 'unchanged', notes, unitCount: units.length }

  const modinfo = [['kmend_target', kernel.target.buildId] as const, ...fixes.cves.map((cve) => ['kmend_fixes', cve] as const)]
  const [exports, { btf }] = await Promise.all([kernel.exports(), kernel.shipped()])
  const { units: commands } = kernel.commands
  const bytes = await stage('module', () =>
    moduleStage({ name: request.name, units: resolved, exports, kernel, btf, commands, folder: `${work}/6-module`, modinfo }, ports),
  )
  const changes = await findCarriers(parts.places, changed, { tree, objects: patched }, ports)
  const { external } = parts
  const manifest = await makeManifest({ request, kernel, resolved, notes, fixes, bytes, versions, changes, external }, ports)
  const module = `${request.output}/${request.name}.ko`
  const manifestPath = `${request.output}/manifest.json`
  await ports.files.write(module, bytes)
  await ports.files.write(manifestPath, formatManifest(manifest))
  await ports.files.write(`${request.output}/times.json`, `${JSON.stringify(stage.times, null, 2)}\n`)
  return { kind: 'built', manifest, module, manifestPath, times: stage.times, unitCount: units.length }
}

/** The kernel to build for, with the module that is none of its own if there is one. */
async function openFor(
  request: BuildRequest,
  opened: BuildKernel | undefined,
  folder: string,
  ports: BuildPorts,
): Promise<{ readonly kernel: BuildKernel; readonly external?: ExternalModule }> {
  const kernel = opened ?? (await openBuildKernel(request.release, ports))
  return request.external === undefined ? { kernel } : withExternalModule(kernel, { ...request.external, folder }, ports)
}

export async function compileOriginal(
  source: Pick<SourceStage, 'units' | 'headers' | 'changedFiles'>,
  kernel: BuildKernel,
  work: string,
  ports: BuildPorts,
) {
  const folder = `${work}/2-original`
  const inputs = ports.digest(JSON.stringify([kernel.target, DIFF_FLAGS, await kernel.toolchain(), ...kernel.moreInputs]))
  const keyOf = (unit: UnitCommand) => ports.digest(JSON.stringify([inputs, unit.source, unit.compiler, unit.objtool])).slice(0, 16)
  const kept = { folder: kernel.paths.originals, keyOf }
  await compileStage({ side: 'original', tree: kernel.paths.tree, units: source.units, folder, inputs, kept }, ports)
  return unitsThatRead(source.units, source.headers, folder, new Set(source.changedFiles.keys()), ports)
}

async function compilePatched(
  source: SourceStage,
  units: SourceStage['units'],
  kernel: BuildKernel,
  work: string,
  ports: BuildPorts,
): Promise<CompileInputs> {
  const shadow = `${work}/1-source/tree`
  const upwardIncludes = JSON.parse(await ports.files.readText(kernel.paths.upwardIncludes)) as Record<string, number>
  await ports.shadow({ tree: kernel.paths.tree, destination: shadow, changedFiles: source.changedFiles, units, upwardIncludes })
  const inputs = ports.digest(
    JSON.stringify([
      kernel.target,
      DIFF_FLAGS,
      await kernel.toolchain(),
      ports.headersDigest,
      [...source.changedFiles],
      ...kernel.moreInputs,
    ]),
  )
  const how = { tree: shadow, inputs }
  await compileStage({ ...how, side: 'patched', units, folder: `${work}/3-patched` }, ports)
  return how
}

function fixesOf(request: BuildRequest, source: SourceStage): Manifest['fixes'] {
  const named = source.patches.map((patch) => idsOfHeader(patch.header))
  return {
    cves: [...new Set([...request.cves, ...named.flatMap((ids) => ids.cves)])].toSorted(),
    bugs: [...new Set([...request.bugs, ...named.flatMap((ids) => ids.bugs)])].toSorted(),
  }
}
