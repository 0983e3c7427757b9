import type { BuildOutcome } from './outcome.ts'
import { openBuildKernel } from './build-kernel.ts'
import { contentsOf } from './contents.ts'
import { buildPaths } from './paths.ts'
import type { BuildPorts } from './ports.ts'
import { keepRecipe, makeRecipe } from './recipe.ts'
import { makeStopwatch } from './stopwatch.ts'
import { writePatch } from './write-patch.ts'

export interface InitPatchRequest {
  readonly release: string
  readonly name: string
  readonly output: string
}

/**
 * The first version of a kernel's live patches: it replaces no function. That a host can apply it and take it off shows that live patching works there, before
 * there is anything to mend. Faults: build/locked, and those of the stages.
 */
export async function initPatch(
  { release, name, output }: InitPatchRequest,
  ports: BuildPorts,
): Promise<Extract<BuildOutcome, { kind: 'built' }>> {
  const stage = makeStopwatch(ports.nowMs)
  const request = { patches: [], release, name, version: 1, output, fuzz: 0, allowLayout: [], cves: [], bugs: [] }
  const paths = buildPaths(request)
  return ports.withOutputLock(paths.lock, async () => {
    const kernel = await stage('open', () => openBuildKernel(release, ports))
    for (const path of [paths.manifest, paths.module]) await ports.files.remove(path)
    await keepRecipe(makeRecipe(request, { kind: 'nothing' }), output, ports)
    const nothing = { resolved: [], notes: [], fixes: { cves: [], bugs: [] }, versions: [], external: undefined, unitCount: 0 }
    return writePatch({ request, kernel, contents: contentsOf([], [], []), ...nothing }, ports, stage)
  })
}

/** `6.1.0-56-cloud-amd64` to `kmend_init_6_1_0_56_cloud_amd64`. */
export function nameOfInitPatch(release: string): string {
  return `kmend_init_${release.replaceAll(/[^A-Za-z0-9]+/g, '_')}`.slice(0, 55)
}
