import type { Manifest } from '../../core/bundle/mod.ts'
import { isPatched } from '../../core/klp/mod.ts'
import type { ChangedPlace } from '../../core/source/mod.ts'
import type { BuildKernel } from './build-kernel.ts'
import { findCarriers } from './carriers.ts'
import { type Contents, contentsOf } from './contents.ts'
import { type DecideRequest, decide } from './decide.ts'
import { type ExternalModule, adviseOn } from './external-module.ts'
import { buildPaths } from './paths.ts'
import type { BuildOutcome } from './outcome.ts'
import type { BuildPorts } from './ports.ts'
import type { BuildRequest } from './request.ts'
import type { Stopwatch } from './stopwatch.ts'
import { writePatch } from './write-patch.ts'

export interface AssembleRequest extends Omit<DecideRequest, 'paths'> {
  readonly request: BuildRequest
  readonly kernel: BuildKernel
  /** The module that is none of the kernel's own, if there is one. */
  readonly external?: ExternalModule | undefined
  /** What the change touches in the sources, for the manifest. */
  readonly places: readonly ChangedPlace[]
  /** Ids of what it fixes, by what it holds. */
  readonly fixesOf: (contents: Contents) => Manifest['fixes']
}

/** From compiled objects, original and patched, to the module and its manifest: all that the build of patches and that of whole updates share. */
export async function assemble(parts: AssembleRequest, ports: BuildPorts, stage: Stopwatch): Promise<BuildOutcome> {
  const { request, kernel, external, units, places, fixesOf } = parts
  const paths = buildPaths(request)
  const { resolved, changed, refusals, notes, versions, unreached } = await decide({ ...parts, paths }, ports, stage)
  if (refusals.length > 0)
    return { kind: 'unpatchable', refusals: refusals.map((refusal) => adviseOn(external, refusal)), notes, unitCount: units.length }
  if (!resolved.some(isPatched)) return { kind: 'unchanged', notes, unitCount: units.length }

  const changes = await findCarriers(places, changed, { tree: paths.tree, objects: paths.patched }, ports)
  const contents = contentsOf(resolved, changes, unreached)
  const made = { request, kernel, resolved, notes, contents, fixes: fixesOf(contents), versions, external, unitCount: units.length }
  return writePatch(made, ports, stage)
}
