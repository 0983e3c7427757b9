import { hexFromBytes } from '../../core/base/mod.ts'
import { findDependents, findUnseenColdPart, sourceName, wholeName } from '../../core/diff/mod.ts'
import { type ElfFile, elf } from '../../core/elf/mod.ts'
import type { Btf } from '../../core/kernel/mod.ts'
import {
  type LayoutChange,
  compareLayouts,
  disturbLayouts,
  isDisturbed,
  nameOfLayout,
  prototypeOf,
  typesOf,
  whyNotPrivate,
  whyNotStackOnly,
} from '../../core/types/mod.ts'
import { DIFF_FLAGS } from './compile-stage.ts'
import type { BuildPorts } from './ports.ts'
import { readObject } from './read-object.ts'
import { type CompiledSide, PREPROCESS_FLAGS, type SeenLayout, type TypeStageRequest, type TypedUnit, readSide } from './typed-unit.ts'

/** More than a stack frame of the kernel may have: none that holds an object of a type that grows by this stays as it is. */
const GAP_BYTES = 16384

export type StackVerdict =
  /** Nothing that is carried depends on the change, or it is no struct with a tag. */
  { readonly kind: 'not-asked' } | { readonly kind: 'stack-only' } | { readonly kind: 'elsewhere'; readonly reason: string }

export interface StackStageRequest extends TypeStageRequest {
  /** One changed type, in each unit that was looked at. */
  readonly layouts: readonly SeenLayout[]
}

/**
 * Whether objects of a changed struct live on the stack alone, in functions that are all replaced: no task changes over to the patch while one of
 * these is on its stack, so that no code meets an object that the other side made. docs/decisions/0013-types-on-the-stack.md
 */
export async function stackStage(request: StackStageRequest, ports: BuildPorts): Promise<StackVerdict> {
  const [seen] = request.layouts.filter(({ functions }) => functions.length > 0)
  if (seen === undefined || seen.change.kind !== 'struct' || seen.change.place.kind !== 'struct') return { kind: 'not-asked' }
  const name = nameOfLayout(seen.change)
  const units = request.units.filter(({ changes }) => changes.some((change) => nameOfLayout(change) === name))
  const [unit] = units
  if (unit === undefined || units.length > 1) return { kind: 'elsewhere', reason: `${units.length} of the compiled files know it` }
  const removed = unit.diff.removed.find(({ kind }) => kind === 'function')
  // Neither replaced nor compared: a task may be in it, with what it holds of the struct in registers, and call what is replaced.
  if (removed !== undefined) return { kind: 'elsewhere', reason: `${removed.name} is gone, and nothing waits until no task is in it` }
  ports.progress(`types: looking whether ${name} lives on the stack alone`)
  const original = await readSide(request.original, unit, ports)
  const patched = await readSide(request.patched, unit, ports)
  const carried = unit.diff.inclusion.carried.filter(({ kind }) => kind === 'function').map(wholeName)
  const replaced = unit.diff.replaced.map((pair) => wholeName(pair.original))
  // The patched side first: it is the likelier to have been written with an object elsewhere.
  const reason =
    (await whyNotOn(
      { ...request, name: 'patched', side: request.patched, unit, before: original, after: patched, ours: carried, seen },
      ports,
    )) ??
    (await whyNotOn(
      { ...request, name: 'original', side: request.original, unit, before: patched, after: original, ours: replaced, seen },
      ports,
    ))
  return reason === undefined ? { kind: 'stack-only' } : { kind: 'elsewhere', reason }
}

interface SideRequest {
  readonly folder: string
  readonly tables: TypeStageRequest['tables']
  readonly name: 'original' | 'patched'
  readonly side: CompiledSide
  readonly unit: TypedUnit
  /** The unit's object of the other side, and of this one: the type is disturbed where this one differs. */
  readonly before: ElfFile
  readonly after: ElfFile
  /** Functions that are replaced, or that the patch brings. */
  readonly ours: readonly string[]
  readonly seen: SeenLayout
}

async function whyNotOn(request: SideRequest, ports: BuildPorts): Promise<string | undefined> {
  const { folder, side, unit, before, after, seen } = request
  const name = nameOfLayout(seen.change)
  const change = compareLayouts(typesOf(before), typesOf(after)).find((candidate) => nameOfLayout(candidate) === name)
  if (change === undefined) return 'the change is not understood'
  const path = `${folder}/stack-${request.name}/${unit.unit.output.replace(/\.o$/, '')}.${change.name}`
  const [preprocessed] = await compileTexts(
    side,
    [{ unit: unit.unit, output: `${path}.i`, extraFlags: PREPROCESS_FLAGS, withoutObjtool: true }],
    ports,
  )
  if (preprocessed === undefined) return 'its file cannot be preprocessed'
  const known = whyNotPrivate(preprocessed, change.name)
  if (known !== undefined) return known
  const dumping = { unit: unit.unit, source: `${path}.i`, extraFlags: [...DIFF_FLAGS, '-w'] }
  const [raw, printed] = await compileTexts(
    side,
    [
      { ...dumping, output: `${path}.nodes`, dump: 'nodes' },
      { ...dumping, output: `${path}.printed`, dump: 'printed' },
    ],
    ports,
  )
  if (raw === undefined || printed === undefined) return 'the compiler’s dump is not there'
  const reshaped = new Set(
    change.members.filter((member) => member.change === 'resized' || member.change === 'retyped').map((m) => m.member),
  )
  const reason = whyNotStackOnly({ raw, printed, preprocessed, object: after }, { tag: change.name, reshaped })
  return reason ?? whyNotOurs({ ...request, change, path, preprocessed }, ports)
}

/** Whether all code and data that depends on the type is the patch's to replace. */
async function whyNotOurs(
  request: SideRequest & { readonly change: LayoutChange; readonly path: string; readonly preprocessed: string },
  ports: BuildPorts,
): Promise<string | undefined> {
  const { side, unit, after, change, path, preprocessed, ours, tables } = request
  const disturbed = disturbLayouts(preprocessed, [change], GAP_BYTES)
  if (disturbed === undefined) return 'its definition is not found'
  await ports.files.write(`${path}.disturbed.i`, disturbed)
  const output = `${path}.disturbed.o`
  const job = { unit: unit.unit, source: `${path}.disturbed.i`, output, extraFlags: [...DIFF_FLAGS, '-w'] }
  const [result] = await ports.compile(side.tree, [job], () => {})
  if (result?.kind !== 'compiled') return 'its file does not compile with the type changed further'
  const object = await readObject(output, ports)
  if (!isDisturbed(typesOf(after), typesOf(object), [change])) return 'the type could not be changed further'
  const dependents = findDependents(after, object, tables)
  const kept = [...dependents].filter((name) => !ours.includes(name) && !isSameData(after, object, name))
  if (kept.length > 0)
    return `${kept.slice(0, 3).join(', ')} ${kept.length === 1 ? 'goes' : 'go'} by it and ${kept.length === 1 ? 'is' : 'are'} not replaced`
  const cold = findUnseenColdPart(after, dependents, tables)
  if (cold !== undefined) return `a task in ${cold} is not seen to be in its function, where the kernel looks who goes by it`
  return request.name === 'patched' ? whyNotAdded(unit, { types: typesOf(after), tag: change.name, dependents }) : undefined
}

/**
 * The kernel looks on no stack for a function that the patch adds: when the patch is disabled, a task in it alone goes back to the old code. What it calls of the
 * patch's own stays the patch's (docs/decisions/0010-one-identity.md); nothing of the running kernel may be handed its object.
 */
function whyNotAdded(
  { diff }: TypedUnit,
  { types, tag, dependents }: { readonly types: Btf; readonly tag: string; readonly dependents: ReadonlySet<string> },
): string | undefined {
  const added = diff.added.find((item) => dependents.has(wholeName(item)))
  if (added === undefined) return undefined
  const links = [...diff.inclusion.links.values()].flat().map(({ link }) => link)
  const takers = links.flatMap((link) => (link.kind === 'original' && link.item.kind === 'function' ? [link.item.name] : []))
  const taker = takers.find((name) => {
    const prototype = prototypeOf(types, sourceName(name))
    return prototype === undefined || new RegExp(`\\bstruct ${tag}\\b`).test(prototype)
  })
  return taker === undefined
    ? undefined
    : `${added.name} has one, is looked for on no stack, and may hand it to ${taker} of the running kernel`
}

async function compileTexts(side: CompiledSide, jobs: Parameters<BuildPorts['compile']>[1], ports: BuildPorts) {
  const results = await ports.compile(side.tree, jobs, () => {})
  return Promise.all(
    jobs.map(async ({ output }, index) => (results[index]?.kind === 'compiled' ? ports.files.readText(output) : undefined)),
  )
}

/** Whether all data by a name is the same in both objects: which static variable of a function is which, their numbers alone do not tell. */
function isSameData(one: ElfFile, other: ElfFile, name: string): boolean {
  const found = dataByName(one, name)
  return found.length > 0 && found.join() === dataByName(other, name).join()
}

function dataByName(object: ElfFile, name: string): string[] {
  const wanted = withoutNumber(name)
  const symbols = object.symbols.filter((symbol) => withoutNumber(symbol.name) === wanted)
  if (symbols.some(({ type }) => type !== elf.STT.OBJECT)) return []
  return symbols
    .map(({ section, value, size }) => {
      const bytes = object.sections[section]?.data.subarray(Number(value), Number(value) + size) ?? new Uint8Array()
      return `${size} ${hexFromBytes(bytes)}`
    })
    .toSorted()
}

/** A function's static variable is named with a number. */
function withoutNumber(name: string): string {
  return name.replace(/\.\d+$/, '')
}
