import { type Bonds, type Plan, bondsOf, leaveOut, leaveUnwanted, linkAtoms, notAsked } from '../../core/update/mod.ts'
import type { BuildKernel, BuildPaths, Stopwatch } from '../build/mod.ts'
import type { SourceFile } from './difference.ts'
import type { IncludeReach } from './include-reach.ts'
import type { UpdatePorts } from './ports.ts'
import { type Reach, findReach } from './reach-stage.ts'
import { readPlan } from './reduce.ts'
import type { UpdateRequest } from './request.ts'
import { blameMissingState, blameNeighbours } from './state-stage.ts'

export interface FirstPlan extends Pick<Reach, 'unitsOf'> {
  readonly plan: Plan
  readonly bonds: Bonds
}

interface Planned {
  readonly request: UpdateRequest
  readonly kernel: BuildKernel
  readonly includes: IncludeReach
  readonly sources: readonly SourceFile[]
  readonly paths: BuildPaths
  readonly inputs: string
}

/** What is left out before anything is compiled: what nobody asked for, what the text speaks against, and what a run that was interrupted left out. */
export async function firstPlan(
  { request, kernel, includes, sources, paths, inputs }: Planned,
  ports: UpdatePorts,
  stage: Stopwatch,
): Promise<FirstPlan> {
  const atoms = sources.flatMap((file) => file.atoms)
  const bonds = bondsOf(atoms, linkAtoms(atoms))
  const { unitsOf, blames: farReaching } = await stage('reach', () => findReach(sources, includes, kernel, ports))
  const missing = await stage('state', async () => blameMissingState(sources, unitsOf))
  const blames = [...farReaching, ...missing]
  const shown = [...unitsOf].map(([id, units]) => [id, units.size] as const).toSorted(([, a], [, b]) => b - a)
  await ports.files.write(`${paths.work}/1-source/reach.json`, `${JSON.stringify({ blames, shown }, null, 1)}\n`)

  const whole: Plan = { atoms: new Map(atoms.map((atom) => [atom.id, atom])), leftOut: await readPlan({ paths, inputs }, ports) }
  const asked = leaveOut(whole, bonds, [...notAsked(atoms, bonds, request.only), ...leaveUnwanted(atoms, request.without ?? []), ...blames])
  return { plan: leaveOut(asked, bonds, blameNeighbours(missing, sources)), bonds, unitsOf }
}
