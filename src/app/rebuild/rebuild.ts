import { type Bundle, findFile, parseRecipe, readBundle, textOf } from '../../core/bundle/mod.ts'
import { type ComparedFile, NOT_COMPARED, compareFiles } from '../../core/origin/mod.ts'
import type { BuildOutcome } from '../build/mod.ts'
import { originFiles, readBuilt } from '../bundle/mod.ts'
import { buildAgain } from './build-again.ts'
import type { RebuildPorts } from './ports.ts'
import { openSameKernel, otherTools, refuseOtherTools } from './same-inputs.ts'

export interface RebuildRequest {
  /** File. */
  readonly bundle: string
  /** Folder that gets what is built again. */
  readonly output: string
  /** Of a module from outside the kernel's tree, if that is what is patched. */
  readonly moduleSource: string | undefined
  /** Whether programs and kmend may be others than those that it was built with. */
  readonly mayHaveOtherTools: boolean
}

export interface RebuildOutcome {
  readonly kind: 'same' | 'differs'
  readonly name: string
  readonly version: number
  readonly release: string
  readonly output: string
  /** Tools that are not those that it was built with. */
  readonly otherTools: readonly string[]
  /** What came of building, where that was no live patch; null otherwise. */
  readonly build: Exclude<BuildOutcome, { kind: 'built' }> | null
  readonly files: readonly ComparedFile[]
  readonly notCompared: readonly { readonly name: string; readonly reason: string }[]
}

/**
 * Builds a bundle again, from its own recipe and sources and from packages of the archive by their digests, and compares: what was published is what the sources
 * give, or it is not. Faults: bundle/inputs, bundle/damaged, those of fetching a kernel and of building.
 */
export async function rebuild(request: RebuildRequest, ports: RebuildPorts): Promise<RebuildOutcome> {
  const bundle = readBundle(await ports.files.readBytes(request.bundle), { file: request.bundle, digest: ports.digest })
  const { manifest } = bundle
  const recipe = parseRecipe(textOf(findFile(bundle.files, 'recipe')), `${request.bundle}: recipe.json`)
  const kernel = await openSameKernel(manifest, ports)
  const others = await otherTools(manifest, kernel, ports)
  if (!request.mayHaveOtherTools) refuseOtherTools(others)

  // From here on the inputs are those of the first build, so that what differs comes from nothing else.
  const outcome = await buildAgain({ bundle, recipe, kernel, output: request.output, moduleSource: request.moduleSource }, ports)
  const files = outcome.kind === 'built' ? await compareBuilt(bundle, request.output, ports) : []
  return {
    kind: outcome.kind === 'built' && files.every(({ isSame }) => isSame) ? 'same' : 'differs',
    name: manifest.name,
    version: manifest.version ?? 1,
    release: manifest.kernel.release,
    output: request.output,
    otherTools: others,
    build: outcome.kind === 'built' ? null : outcome,
    files,
    notCompared: notCompared(bundle),
  }
}

async function compareBuilt({ files }: Bundle, output: string, ports: RebuildPorts): Promise<ComparedFile[]> {
  const built = await readBuilt(output, ports)
  return compareFiles(files, [...built.files, ...originFiles(built, ports)], ports.digest)
}

function notCompared({ files, isSigned }: Bundle): RebuildOutcome['notCompared'] {
  return [
    ...(isSigned ? [{ name: 'signature', reason: 'it takes the key: the module is compared without it' }] : []),
    ...files.flatMap(({ name, role }) => {
      const reason = NOT_COMPARED[role]
      return reason === undefined ? [] : [{ name, reason }]
    }),
  ]
}
