import { type Manifest, formatManifest } from '../../core/bundle/mod.ts'
import { type Note, type Refusal, specialTables } from '../../core/diff/mod.ts'
import { type UnitCommand, type UnitOwner, findStruct } from '../../core/kernel/mod.ts'
import { VMLINUX, checkCallbacks, isPatched, resolveUnits } from '../../core/klp/mod.ts'
import { matchRunPre } from '../../core/runpre/mod.ts'
import { idsOfHeader } from '../../core/source/mod.ts'
import { checkSetData } from './author-part.ts'
import { type ExternalModule, withExternalModule } from './external-module.ts'
import { type BuildKernel, openBuildKernel } from './build-kernel.ts'
import { type CompileInputs, DIFF_FLAGS, compileStage, unitsThatRead } from './compile-stage.ts'
import { findCarriers } from './carriers.ts'
import { type DiffedUnit, diffStage } from './diff-stage.ts'
import { keyStage } from './key-stage.ts'
import { formatDiffReport } from './report.ts'
import { prototypeStage } from './prototype-stage.ts'
import { makeManifest } from './make-manifest.ts'
import { moduleStage } from './module-stage.ts'
import type { BuildPorts } from './ports.ts'
import type { BuildRequest } from './request.ts'
import type { ShippedKernel } from './running-objects.ts'
import { type SourceStage, sourceStage } from './source-stage.ts'
import { typeStage } from './type-stage.ts'
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

export interface AssembleRequest {
  readonly request: BuildRequest
  readonly kernel: BuildKernel
  /** The module that is none of the kernel's own, if there is one. */
  readonly external?: ExternalModule | undefined
  readonly work: string
  /** Units that may differ. */
  readonly units: readonly UnitCommand[]
  /** All units that were compiled from the patched source, those too whose objects came out the same; as `units` when absent. */
  readonly compiled?: readonly UnitCommand[]
  /** Folders of the objects. */
  readonly originals: string
  readonly patched: string
  /** The tree that the patched ones were compiled in. */
  readonly tree: string
  readonly changedFiles: ReadonlySet<string>
  /** What the change touches in the sources, for the manifest. */
  readonly places: SourceStage['places']
  readonly hasHeaders: boolean
  /** Changes when anything changes that the patched objects depend on. */
  readonly inputs: string
  readonly fixes: Manifest['fixes']
  readonly notes: readonly Note[]
}

/** From compiled objects, original and patched, to the module and its manifest: all that the build of patches and that of whole updates share. */
export async function assemble(parts: AssembleRequest, ports: BuildPorts, stage: Stopwatch): Promise<BuildOutcome> {
  const { request, kernel, work, units, originals, patched, tree, fixes, inputs } = parts
  // From here on what counts is in the objects; sources are read again only to see types and prototypes.
  const shipped = await stage('kernel', kernel.shipped)
  const tables = specialTables((struct) => findStruct(shipped.btf, struct)?.size)
  const comparison = { units, originals, patched, tables, setData: request.setData ?? [] }
  const diff = await stage('diff', () => diffStage(comparison, ports))
  checkSetData(
    request.setData ?? [],
    diff.changed.map((changed) => changed.diff),
  )
  const types = await stage('types', () =>
    typeStage(
      {
        units: diff.typed,
        original: { tree: kernel.paths.tree, objects: originals },
        patched: { tree, objects: patched },
        folder: `${work}/5-types`,
        tables,
        allowLayout: request.allowLayout,
      },
      ports,
    ),
  )
  await ports.files.write(`${work}/4-diff/report.txt`, formatDiffReport({ ...diff, refusals: [...diff.refusals, ...types.refusals] }))

  const exports = await kernel.exports()
  const resolve = (changed: readonly DiffedUnit[]) =>
    stage('run-pre', async () => {
      const matched = await Promise.all(changed.flatMap((unit) => ownersOf(unit).map((owner) => matchUnit(unit, owner, shipped))))
      const hasModules = matched.some(({ running }) => running.name !== VMLINUX)
      const around = hasModules ? { vmlinux: await shipped.object({ kind: 'vmlinux' }), needs: (await kernel.inventory()).needs } : {}
      return { pairs: matched, resolution: resolveUnits(matched, exports, around) }
    })
  const first = await resolve(diff.changed)
  const { lateKeys } = first.resolution
  const late = { changed: diff.changed, lateKeys, folder: `${work}/3-patched-keys` }
  const keyed =
    lateKeys.size === 0 ? { ...late, notes: [] } : await stage('keys', () => keyStage({ ...comparison, tree, inputs, ...late }, ports))
  const { pairs, resolution } = lateKeys.size === 0 ? first : await resolve(keyed.changed)
  const prototypes = await stage('prototypes', () =>
    prototypeStage(
      {
        touched: diff.touched,
        pairs,
        units: parts.compiled ?? units,
        changedFiles: parts.changedFiles,
        hasHeaders: parts.hasHeaders,
        original: { tree: kernel.paths.tree, objects: originals },
        patched: { tree, objects: patched },
        folder: `${work}/5-prototypes`,
        exports,
        shipped,
        inventory: kernel.inventory,
      },
      ports,
    ),
  )
  const resolved = resolution.units
  const found = [...diff.refusals, ...keyed.changed.flatMap((changed) => changed.diff.refusals)]
  const refusals = [...onceEach(found), ...types.refusals, ...resolution.refusals, ...checkCallbacks(resolved), ...prototypes.refusals]
  const notes = [...parts.notes, ...diff.notes, ...types.notes, ...keyed.notes, ...resolution.notes, ...prototypes.notes]
  if (refusals.length > 0) return { kind: 'unpatchable', refusals, notes, unitCount: units.length }
  if (!resolved.some(isPatched)) return { kind: 'unchanged', notes, unitCount: units.length }

  const modinfo = [['kmend_target', kernel.target.buildId] as const, ...fixes.cves.map((cve) => ['kmend_fixes', cve] as const)]
  const bytes = await stage('module', () =>
    moduleStage(
      {
        name: request.name,
        units: resolved,
        exports,
        kernel,
        btf: shipped.btf,
        commands: kernel.commands.units,
        folder: `${work}/6-module`,
        modinfo,
      },
      ports,
    ),
  )
  const changes = await findCarriers(parts.places, diff.changed, { tree, objects: patched }, ports)
  const { external } = parts
  const manifest = await makeManifest(
    { request, kernel, resolved, notes, fixes, bytes, versions: prototypes.versions, changes, external },
    ports,
  )
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

/** A unit that was compared in both forms may be refused by either one. */
function onceEach(refusals: readonly Refusal[]): Refusal[] {
  return [...new Map(refusals.map((refusal) => [`${refusal.unit} ${refusal.code} ${refusal.subject}`, refusal])).values()]
}

function ownersOf({ unit }: DiffedUnit): UnitOwner[] {
  return unit.owners.filter((owner) => owner.kind !== 'other')
}

async function matchUnit({ diff }: DiffedUnit, owner: UnitOwner, shipped: ShippedKernel) {
  const running = await shipped.object(owner)
  return { diff, running, match: matchRunPre(diff.original, running) }
}

function fixesOf(request: BuildRequest, source: SourceStage): Manifest['fixes'] {
  const named = source.patches.map((patch) => idsOfHeader(patch.header))
  return {
    cves: [...new Set([...request.cves, ...named.flatMap((ids) => ids.cves)])].toSorted(),
    bugs: [...new Set([...request.bugs, ...named.flatMap((ids) => ids.bugs)])].toSorted(),
  }
}
