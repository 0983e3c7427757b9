import { formatManifest } from '../../core/bundle/mod.ts'
import { comingAfter } from './coming-after.ts'
import type { BuildOutcome } from './outcome.ts'
import { type ManifestParts, makeManifest } from './make-manifest.ts'
import { moduleStage } from './module-stage.ts'
import { buildPaths } from './paths.ts'
import type { BuildPorts } from './ports.ts'
import type { Stopwatch } from './stopwatch.ts'

export interface PatchParts extends Omit<ManifestParts, 'bytes'> {
  /** How many units were looked at. */
  readonly unitCount: number
}

/** From what is decided to the files: the module, then its manifest. */
export async function writePatch(
  parts: PatchParts,
  ports: BuildPorts,
  stage: Stopwatch,
): Promise<Extract<BuildOutcome, { kind: 'built' }>> {
  const { request, kernel, resolved, fixes, unitCount } = parts
  const paths = buildPaths(request)
  const modinfo = [['kmend_target', kernel.target.buildId] as const, ...fixes.cves.map((cve) => ['kmend_fixes', cve] as const)]
  const [exports, { btf }] = await Promise.all([kernel.exports(), kernel.shipped()])
  const { units: commands } = kernel.commands
  const bytes = await stage('module', () =>
    moduleStage({ name: request.name, units: resolved, exports, kernel, btf, commands, folder: `${paths.work}/6-module`, modinfo }, ports),
  )
  const made = await makeManifest({ ...parts, bytes }, ports)
  const manifest = request.after === undefined ? made : comingAfter(made, request.after)
  await ports.files.write(paths.module, bytes)
  await ports.files.write(paths.manifest, formatManifest(manifest))
  await ports.files.write(paths.times, `${JSON.stringify(stage.times, null, 2)}\n`)
  return { kind: 'built', manifest, module: paths.module, manifestPath: paths.manifest, times: stage.times, unitCount }
}
