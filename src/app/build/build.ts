import type { Manifest } from '../../core/bundle/mod.ts'
import type { UnitCommand } from '../../core/kernel/mod.ts'
import { idsOfHeader } from '../../core/source/mod.ts'
import { assemble } from './assemble.ts'
import type { BuildOutcome } from './outcome.ts'
import { type BuildKernel, openBuildKernel } from './build-kernel.ts'
import { checkPlace } from './coming-after.ts'
import { compileOriginal } from './compile-original.ts'
import { DIFF_FLAGS, compileStage, unitsThatRead } from './compile-stage.ts'
import { type ExternalModule, withExternalModule } from './external-module.ts'
import { describeFarReach } from './far-reach.ts'
import { type BuildPaths, buildPaths } from './paths.ts'
import type { BuildPorts } from './ports.ts'
import { keepRecipe, recipeOfPatches } from './recipe.ts'
import type { BuildRequest } from './request.ts'
import { type SourceStage, sourceStage } from './source-stage.ts'
import { makeStopwatch } from './stopwatch.ts'

/**
 * From source patches to a livepatch module and its manifest, in stages that can be looked into and resumed. Who builds many times for a kernel
 * opens it once and hands it in. Faults: build/locked, and those of the stages.
 */
export function build(request: BuildRequest, ports: BuildPorts, opened?: BuildKernel): Promise<BuildOutcome> {
  const paths = buildPaths(request)
  return ports.withOutputLock(paths.lock, () => buildLocked({ request, paths, opened }, ports))
}

interface LockedBuild {
  readonly request: BuildRequest
  readonly paths: BuildPaths
  readonly opened: BuildKernel | undefined
}

async function buildLocked({ request, paths, opened }: LockedBuild, ports: BuildPorts): Promise<BuildOutcome> {
  const stage = makeStopwatch(ports.nowMs)
  const { kernel, external } = await stage('open', () => openFor(request, opened, `${paths.work}/0-module`, ports))
  checkPlace(request, kernel)
  // What an earlier build left must not pass for what this one makes. The manifest goes first and comes last: where it is, all is.
  for (const path of [paths.manifest, paths.module]) await ports.files.remove(path)
  await keepRecipe(recipeOfPatches(request, ports.digest), request.output, ports)

  const source = await stage('source', () => sourceStage(request, { ...kernel, tree: kernel.paths.tree, prefix: external?.prefix }, ports))
  if (source.units.length === 0) return { kind: 'unchanged', notes: source.notes, unitCount: 0 }
  const far = describeFarReach({ headers: source.headers, unitCount: source.units.length, processors: ports.processors })
  if (far !== undefined) ports.remark(far)
  const changedFiles = new Set(source.changedFiles.keys())
  const units = await stage('original', async () => {
    await compileOriginal({ units: source.units, folder: paths.originals }, kernel, ports)
    return unitsThatRead(source.units, source.headers, paths.originals, changedFiles, ports)
  })
  const inputs = await stage('patched', () => compilePatched({ source, units }, kernel, paths, ports))
  return assemble(
    {
      request,
      kernel,
      external,
      units,
      compiled: units,
      changedFiles,
      places: source.places,
      hasHeaders: source.headers.length > 0,
      inputs,
      fixesOf: () => namedFixes(request, source),
      notes: source.notes,
    },
    ports,
    stage,
  )
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

/** Returns what changes when anything changes that the objects depend on. */
async function compilePatched(
  { source, units }: { readonly source: SourceStage; readonly units: readonly UnitCommand[] },
  kernel: BuildKernel,
  { tree, patched }: BuildPaths,
  ports: BuildPorts,
): Promise<string> {
  const { changedFiles } = source
  const upwardIncludes = await kernel.upwardIncludes()
  await ports.shadow({ tree: kernel.paths.tree, destination: tree, changedFiles, units, upwardIncludes })
  const inputs = ports.digest(
    JSON.stringify([kernel.target, DIFF_FLAGS, await kernel.toolchain(), ports.headersDigest, [...changedFiles], ...kernel.moreInputs]),
  )
  await compileStage({ side: 'patched', tree, units, folder: patched, inputs }, ports)
  return inputs
}

function namedFixes(request: BuildRequest, source: SourceStage): Manifest['fixes'] {
  const named = source.patches.map((patch) => idsOfHeader(patch.header))
  return {
    cves: [...new Set([...request.cves, ...named.flatMap((ids) => ids.cves)])].toSorted(),
    bugs: [...new Set([...request.bugs, ...named.flatMap((ids) => ids.bugs)])].toSorted(),
  }
}
