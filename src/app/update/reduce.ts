import { invariant } from '../../core/base/mod.ts'
import { type CFile, readCFile } from '../../core/c/mod.ts'
import type { Refusal } from '../../core/diff/mod.ts'
import { type UnitCommand, sourceFile, unitsOfSource } from '../../core/kernel/mod.ts'
import {
  type Blame,
  type Bonds,
  type Plan,
  type TakenView,
  type UnitView,
  blameCompileError,
  blameRefusal,
  leaveOut,
  parseCompileErrors,
  takenAtoms,
} from '../../core/update/mod.ts'
import type { BuildOutcome } from '../build/mod.ts'
import { type PatchedUnits, type PatchedUnitsRequest, takenFor } from './patched-units.ts'
import type { UpdatePorts } from './ports.ts'
import { chooseScouts } from './scouts.ts'

export interface ReduceRequest extends PatchedUnitsRequest {
  readonly plan: Plan
  readonly bonds: Bonds
  readonly patched: PatchedUnits
  /** What speaks against units by themselves. */
  readonly judge: (units: readonly UnitCommand[]) => Promise<readonly Refusal[]>
  /** From objects to a module, or all reasons against it. */
  readonly assemble: (units: readonly UnitCommand[], plan: Plan) => Promise<BuildOutcome>
}

export interface Reduced {
  readonly plan: Plan
  readonly outcome: BuildOutcome
  readonly rounds: number
}

/** From here on the whole file of a unit goes, not the edits that seem to be the cause. */
const WHOLE_FILES_FROM = 8

/**
 * Takes the largest part of an update that holds: compiles, compares, and leaves out what is refused with all that belongs to it, until nothing is
 * refused. Each round leaves out at least one edit, so that it ends.
 */
export async function reduce(request: ReduceRequest, ports: UpdatePorts): Promise<Reduced> {
  let plan = request.plan
  for (const first of [chooseScouts(request), changedUnits(request)]) plan = await untilTheyHold(first, plan, request, ports)
  for (let round = 1; ; round++) {
    plan = await untilItCompiles(request, plan, request.units, ports)
    const outcome = await request.assemble(await request.patched.differing(plan, request.units), plan)
    if (outcome.kind !== 'unpatchable') return { plan, outcome, rounds: round }
    const next = await withoutRefused(plan, outcome.refusals, { round, name: `round ${round}` }, request, ports)
    if (next.leftOut.size === plan.leftOut.size) return { plan, outcome, rounds: round }
    plan = next
  }
}

/** Units whose own file the update changes; the others only include something that it does. */
function changedUnits({ files, units }: ReduceRequest): UnitCommand[] {
  const changed = new Set(files.map(({ path }) => path))
  return units.filter((unit) => changed.has(sourceFile(unit)))
}

/** What a few units cannot bear by themselves goes before the hundreds that may see it, too, are compiled with it. */
async function untilTheyHold(among: readonly UnitCommand[], start: Plan, request: ReduceRequest, ports: UpdatePorts): Promise<Plan> {
  let plan = start
  for (let turn = 1; ; turn++) {
    plan = await untilItCompiles(request, plan, among, ports)
    const refusals = await request.judge(await request.patched.differing(plan, among))
    if (refusals.length === 0) return plan
    const next = await withoutRefused(plan, refusals, { round: 1, name: `first ${among.length} units turn ${turn}` }, request, ports)
    if (next.leftOut.size === plan.leftOut.size) return plan
    plan = next
  }
}

async function withoutRefused(
  plan: Plan,
  refusals: readonly Refusal[],
  { round, name }: { readonly round: number; readonly name: string },
  request: ReduceRequest,
  ports: UpdatePorts,
): Promise<Plan> {
  const blames = refusals.toSorted((a, b) => weightOf(b) - weightOf(a)).flatMap((refusal) => blamesOf(refusal, request, plan, round))
  ports.progress(`${name}: ${refusals.length} refusals, ${blames.length} edits to leave out`)
  await ports.files.write(
    `${request.paths.work}/4-diff/${name.replaceAll(' ', '-')}.json`,
    `${JSON.stringify({ refusals, blames }, null, 1)}\n`,
  )
  const next = leaveOut(plan, request.bonds, blames)
  await keepPlan(request, next, ports)
  return next
}

/** Of several refusals of one edit the account names the one that a person can do least about. */
function weightOf({ code }: Refusal): number {
  return { 'layout-changed': 3, 'data-resized': 2, 'data-changed': 2, 'not-traceable': 1 }[code as string] ?? 0
}

async function untilItCompiles(request: ReduceRequest, start: Plan, units: readonly UnitCommand[], ports: UpdatePorts): Promise<Plan> {
  let plan = start
  for (let attempt = 1; ; attempt++) {
    const failed = await request.patched.compile(plan, units)
    if (failed.length === 0) return plan
    ports.progress(`patched: ${failed.length} units do not compile with what was left out; leaving out what they need`)
    const now = takenView(plan)
    const blames = failed.flatMap(({ unit, messages }) => blamesOfErrors(unit, messages, request, plan, now, attempt))
    await ports.files.write(
      `${request.paths.patched}/errors-${plan.leftOut.size}.json`,
      `${JSON.stringify({ failed: failed.map(({ unit, messages }) => ({ unit: sourceFile(unit), messages })), blames }, null, 1)}\n`,
    )
    const next = leaveOut(plan, request.bonds, blames)
    invariant(next.leftOut.size > plan.leftOut.size, `${failed.length} units do not compile, and nothing is left to leave out`)
    plan = next
    await keepPlan(request, plan, ports)
  }
}

function viewOf(unit: UnitCommand, request: ReduceRequest, plan: Plan): UnitView & { readonly file: CFile } {
  const source = sourceFile(unit)
  const own = request.files.find((file) => file.path === source)
  const atoms = takenFor(unit, plan, request.unitsOf)
  return { source, file: readCFile(own === undefined ? '' : (request.patched.textOf(own, plan) ?? '')), atoms }
}

function blamesOf(refusal: Refusal, request: ReduceRequest, plan: Plan, round: number): Blame[] {
  const why = { code: refusal.code, reason: `${refusal.subject}: ${refusal.reason}` }
  const [unit] = unitsOfSource(request.kernel.commands, refusal.unit)
  if (unit === undefined) return []
  const view = viewOf(unit, request, plan)
  const own = view.atoms.filter((atom) => atom.file === view.source)
  const atoms = round < WHOLE_FILES_FROM ? blameRefusal(refusal, view) : own.length > 0 && round < 2 * WHOLE_FILES_FROM ? own : view.atoms
  return atoms.map((atom) => ({ atom: atom.id, why }))
}

/** In how many attempts single edits are blamed for what does not compile. */
const PATIENCE = 6

function takenView(plan: Plan): TakenView {
  const leftNames = new Set(
    [...plan.leftOut.keys()].flatMap((id) => {
      const atom = plan.atoms.get(id)
      return atom === undefined ? [] : [...atom.declared, ...atom.items.flatMap(({ region }) => region.names)]
    }),
  )
  const taken = Map.groupBy(takenAtoms(plan), ({ file }) => file)
  return { isLeftOut: (name) => leftNames.has(name), takenIn: (file) => taken.get(file) ?? [] }
}

function blamesOfErrors(unit: UnitCommand, messages: string, request: ReduceRequest, plan: Plan, now: TakenView, attempt: number): Blame[] {
  const view = viewOf(unit, request, plan)
  const errors = parseCompileErrors(messages)
  const [first] = errors
  const why = {
    code: 'does-not-compile',
    reason: `${view.source} does not compile without what is left out: ${first?.message ?? messages.split('\n')[0] ?? ''}`,
  }
  const blamed = attempt > PATIENCE ? [] : errors.flatMap((error) => blameCompileError(error, view, now))
  const atoms = blamed.length > 0 ? blamed : attempt > 2 * PATIENCE ? view.atoms : view.atoms.filter((atom) => atom.file === view.source)
  return (atoms.length > 0 ? atoms : view.atoms).map((atom) => ({ atom: atom.id, why }))
}

/** What a run has found so far, for one that takes over after an interruption. */
async function keepPlan({ paths, inputs }: PatchedUnitsRequest, plan: Plan, ports: UpdatePorts): Promise<void> {
  await ports.files.write(planPath(paths), `${JSON.stringify({ inputs, leftOut: [...plan.leftOut] })}\n`)
}

export async function readPlan(
  { paths, inputs }: Pick<PatchedUnitsRequest, 'paths' | 'inputs'>,
  ports: UpdatePorts,
): Promise<Plan['leftOut']> {
  const path = planPath(paths)
  if (!(await ports.files.exists(path))) return new Map()
  const kept = JSON.parse(await ports.files.readText(path)) as { inputs: string; leftOut: [string, { code: string; reason: string }][] }
  return kept.inputs === inputs ? new Map(kept.leftOut) : new Map()
}

function planPath({ work }: PatchedUnitsRequest['paths']): string {
  return `${work}/plan.json`
}
