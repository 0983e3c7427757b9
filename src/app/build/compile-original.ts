import type { UnitCommand } from '../../core/kernel/mod.ts'
import type { BuildKernel } from './build-kernel.ts'
import { DIFF_FLAGS, compileStage } from './compile-stage.ts'
import type { BuildPorts } from './ports.ts'

/** Stage 2: units of the kernel's own source. Their objects are kept beside the kernel for later builds. */
export async function compileOriginal(
  { units, folder }: { readonly units: readonly UnitCommand[]; readonly folder: string },
  kernel: BuildKernel,
  ports: BuildPorts,
): Promise<void> {
  const inputs = ports.digest(JSON.stringify([kernel.target, DIFF_FLAGS, await kernel.toolchain(), ...kernel.moreInputs]))
  const keyOf = (unit: UnitCommand) => ports.digest(JSON.stringify([inputs, unit.source, unit.compiler, unit.objtool])).slice(0, 16)
  const kept = { folder: kernel.paths.originals, keyOf }
  await compileStage({ side: 'original', tree: kernel.paths.tree, units, folder, inputs, kept }, ports)
}
