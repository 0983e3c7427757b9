import { Fault } from '../../core/base/mod.ts'
import { objectFromElf, readElf, writeObject } from '../../core/elf/mod.ts'
import { type Btf, type SymbolVersion, type UnitCommand, sizeOfStruct } from '../../core/kernel/mod.ts'
import type { ResolvedUnit } from '../../core/klp/mod.ts'
import { finishModule, glueSource, lintModule, moduleImports, writePatchObject } from '../../core/module/mod.ts'
import type { CachedKernel } from '../kernel/mod.ts'
import type { BuildPorts } from './ports.ts'
import { readObject } from './read-object.ts'

export interface ModuleStageRequest {
  readonly name: string
  readonly units: readonly ResolvedUnit[]
  readonly exports: readonly SymbolVersion[]
  readonly kernel: CachedKernel
  readonly btf: Btf
  /** All units of the kernel: one of a module lends its compile command. */
  readonly commands: readonly UnitCommand[]
  readonly folder: string
  readonly modinfo: readonly (readonly [string, string])[]
}

/** Stage 6: patch objects and the klp structures, linked into one module, finished for the livepatch core and checked as the loader would. */
export async function moduleStage(request: ModuleStageRequest, ports: BuildPorts): Promise<Uint8Array> {
  const { folder, kernel } = request
  const parts = request.units.map((unit, index) => ({ path: `${folder}/patch-${index}.o`, object: writePatchObject(unit, index) }))
  for (const { path, object } of parts) await ports.files.write(path, writeObject(object))

  const imports = moduleImports({ units: request.units, objects: parts.map(({ object }) => object), exports: request.exports })
  const glue = `${folder}/glue.o`
  await ports.files.write(`${folder}/glue.c`, glueSource({ units: request.units, imports, modinfo: request.modinfo }))
  await compileGlue(request, glue, ports)

  const linkedPath = `${folder}/linked.o`
  await ports.link({
    objects: [...parts.map(({ path }) => path), glue],
    script: `${kernel.paths.tree}/scripts/module.lds`,
    output: linkedPath,
  })
  const linked = objectFromElf(await readObject(linkedPath, ports))
  const bytes = writeObject(
    finishModule(
      linked,
      request.units.map((unit) => unit.object),
    ),
  )
  const findings = lintModule({
    module: readElf(bytes, `${request.name}.ko`),
    exports: request.exports,
    release: kernel.target.release,
    moduleStructSize: sizeOfStruct(request.btf, 'module'),
  })
  if (findings.length > 0) {
    throw new Fault(
      'build/lint',
      `Cannot ship this module: the kernel's loader would refuse it:\n${findings.map((finding) => `  - ${finding}`).join('\n')}`,
      {
        in: linkedPath,
        try: 'please report this with the patch: a module that fails its own checks is a defect of kmend',
      },
    )
  }
  return bytes
}

async function compileGlue(request: ModuleStageRequest, output: string, ports: BuildPorts): Promise<void> {
  const { name, folder, kernel } = request
  const template = request.commands
    .filter((unit) => unit.owners.some((owner) => owner.kind === 'module') && unit.objtool.length > 0)
    .reduce<UnitCommand | undefined>(
      (best, unit) => (best === undefined || unit.compiler.length < best.compiler.length ? unit : best),
      undefined,
    )
  if (template === undefined)
    throw new Fault('kernel/incomplete', 'Cannot compile a module for this kernel: its configuration has no modules', {
      in: kernel.paths.commands,
    })
  const names = [
    '-UKBUILD_MODFILE',
    `-DKBUILD_MODFILE="${name}"`,
    '-UKBUILD_BASENAME',
    `-DKBUILD_BASENAME="${name}"`,
    '-UKBUILD_MODNAME',
    `-DKBUILD_MODNAME="${name}"`,
    '-U__KBUILD_MODNAME',
    `-D__KBUILD_MODNAME=kmod_${name}`,
  ]
  const compiler = template.compiler.filter((word) => !/^-D(__)?KBUILD_(MODFILE|BASENAME|MODNAME)=/.test(word))
  const unit: UnitCommand = { ...template, source: `${folder}/glue.c`, compiler }
  const [result] = await ports.compile(kernel.paths.tree, [{ unit, output, extraFlags: [...names, '-g0'] }], () => {})
  if (result?.kind === 'failed') {
    throw new Fault(
      'build/compile',
      `Cannot compile the klp structures: ${result.messages.split('\n').find((line) => line.includes('error')) ?? result.messages}`,
      { in: `${folder}/glue.c` },
    )
  }
}
