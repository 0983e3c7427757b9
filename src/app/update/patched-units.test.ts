import { expect, test } from 'vitest'
import type { UnitCommand } from '../../core/kernel/mod.ts'
import type { Plan } from '../../core/update/mod.ts'
import { editedFile } from '../../../test/kit/edited-file.ts'
import { type BuildKernel, buildPaths } from '../build/mod.ts'
import { openReach } from './include-reach.ts'
import { openPatchedUnits, takenFor } from './patched-units.ts'
import type { UpdatePorts } from './ports.ts'

// As kbuild names it: by way of another folder.
const unit: UnitCommand = {
  source: 'arch/x86/kvm/../../../virt/kvm/kvm_main.c',
  output: 'arch/x86/kvm/../../../virt/kvm/kvm_main.o',
  compiler: ['gcc'],
  objtool: [],
  modname: 'kvm',
  owners: [{ kind: 'module', name: 'kvm', path: 'arch/x86/kvm/kvm.ko' }],
}
const kernel = {
  paths: { tree: '/tree' },
  commands: { units: [unit] },
  upwardIncludes: () => Promise.resolve({}),
  includes: () => Promise.resolve({ lines: new Map(), files: new Set() }),
} as unknown as BuildKernel

const edited = editedFile('virt/kvm/kvm_main.c', 'int f(void)\n{\n-\treturn 1;\n+\treturn 2;\n}')
const file = { ...edited, kind: 'modified' as const, role: 'unit' as const, diff: '' }
const unitsOf = new Map(edited.atoms.map(({ id }) => [id, new Set(['virt/kvm/kvm_main.c'])]))
const plan: Plan = { atoms: new Map(edited.atoms.map((atom) => [atom.id, atom])), leftOut: new Map() }

test('an edit reaches the unit of its file, whatever way kbuild goes to it', async () => {
  const compiled: string[] = []
  const ports = {
    digest: (text: string) => text,
    progress: () => {},
    files: { exists: () => Promise.resolve(false), write: () => Promise.resolve() },
    shadow: () => Promise.resolve(),
    compile: (_: string, jobs: readonly { unit: UnitCommand }[]) => {
      compiled.push(...jobs.map((job) => job.unit.source))
      return Promise.resolve(jobs.map((job) => ({ kind: 'compiled', unit: job.unit })))
    },
  } as unknown as UpdatePorts
  const patched = await openPatchedUnits(
    { kernel, files: [file], units: [unit], unitsOf, paths: buildPaths({ output: '/out', name: 'up' }), inputs: '' },
    ports,
  )
  expect(await patched.compile(plan, [unit])).toEqual([])
  expect(compiled).toEqual([unit.source])
  expect(patched.editsOf(unit)).toContain(edited.atoms[0]?.id)
  expect(takenFor(unit, plan, unitsOf)).toEqual(edited.atoms)
})

test('what units are made from goes by its plain path', async () => {
  expect((await openReach(kernel)).sources).toEqual(new Set(['virt/kvm/kvm_main.c']))
})
