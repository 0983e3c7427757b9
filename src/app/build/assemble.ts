import { type Manifest, formatManifest } from '../../core/bundle/mod.ts'
import type { Note, Refusal } from '../../core/diff/mod.ts'
import { isPatched } from '../../core/klp/mod.ts'
import type { ChangedPlace } from '../../core/source/mod.ts'
import type { BuildKernel } from './build-kernel.ts'
import { findCarriers } from './carriers.ts'
import { type DecideRequest, decide } from './decide.ts'
import type { ExternalModule } from './external-module.ts'
import { makeManifest } from './make-manifest.ts'
import { moduleStage } from './module-stage.ts'
import { buildPaths } from './paths.ts'
import type { BuildPorts } from './ports.ts'
import type { BuildRequest } from './request.ts'
import type { StageTime, Stopwatch } from './stopwatch.ts'

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

export interface AssembleRequest extends Omit<DecideRequest, 'paths'> {
  readonly request: BuildRequest
  readonly kernel: BuildKernel
  /** The module that is none of the kernel's own, if there is one. */
  readonly external?: ExternalModule | undefined
  /** What the change touches in the sources, for the manifest. */
  readonly places: readonly ChangedPlace[]
  readonly fixes: Manifest['fixes']
}

/** From compiled objects, original and patched, to the module and its manifest: all that the build of patches and that of whole updates share. */
export async function assemble(parts: AssembleRequest, ports: BuildPorts, stage: Stopwatch): Promise<BuildOutcome> {
  const { request, kernel, external, units, places, fixes } = parts
  const paths = buildPaths(request)
  const { resolved, changed, refusals, notes, versions } = await decide({ ...parts, paths }, ports, stage)
  if (refusals.length > 0) return { kind: 'unpatchable', refusals, notes, unitCount: units.length }
  if (!resolved.some(isPatched)) return { kind: 'unchanged', notes, unitCount: units.length }

  const modinfo = [['kmend_target', kernel.target.buildId] as const, ...fixes.cves.map((cve) => ['kmend_fixes', cve] as const)]
  const [exports, { btf }] = await Promise.all([kernel.exports(), kernel.shipped()])
  const { units: commands } = kernel.commands
  const bytes = await stage('module', () =>
    moduleStage({ name: request.name, units: resolved, exports, kernel, btf, commands, folder: `${paths.work}/6-module`, modinfo }, ports),
  )
  const changes = await findCarriers(places, changed, { tree: paths.tree, objects: paths.patched }, ports)
  const manifest = await makeManifest({ request, kernel, resolved, notes, fixes, bytes, versions, changes, external }, ports)
  await ports.files.write(paths.module, bytes)
  await ports.files.write(paths.manifest, formatManifest(manifest))
  await ports.files.write(paths.times, `${JSON.stringify(stage.times, null, 2)}\n`)
  return { kind: 'built', manifest, module: paths.module, manifestPath: paths.manifest, times: stage.times, unitCount: units.length }
}
