import { type Note, type Refusal, sourceName } from '../../core/diff/mod.ts'
import {
  type SymbolTypes,
  type SymbolVersion,
  type UnitCommand,
  callingConvention,
  formatCrc,
  objectsOf,
  readModuleFile,
  showPrototype,
} from '../../core/kernel/mod.ts'
import { VMLINUX } from '../../core/klp/mod.ts'
import type { UnitToResolve } from '../../core/klp/mod.ts'
import { callersInModule, callersInVmlinux } from '../../core/runpre/mod.ts'
import { objectPath } from './compile-stage.ts'
import type { ComparedUnit, DiffedUnit } from './diff-stage.ts'
import type { ModuleInventory } from './module-inventory.ts'
import type { BuildPorts } from './ports.ts'
import { type NamesRequest, namesToCheck } from './prototype-names.ts'
import { readObject } from './read-object.ts'
import type { ShippedKernel } from './running-objects.ts'

/** An exported symbol whose checksum (MODVERSIONS) the patched source would change. The running kernel keeps the old one. */
export interface VersionChange {
  readonly symbol: string
  readonly unit: string
  readonly oldCrc: number
  readonly newCrc: number
  /** Modules of the kernel that import it. */
  readonly importers: readonly string[]
}

export interface PrototypeStageRequest extends NamesRequest {
  /** Units that differ, those of which only init code differs too. */
  readonly touched: readonly ComparedUnit[]
  readonly pairs: readonly UnitToResolve[]
  /** All units that were compiled: their callers are what the patched source makes of them. */
  readonly units: readonly UnitCommand[]
  /** For what genksyms writes. */
  readonly folder: string
  readonly exports: readonly SymbolVersion[]
  readonly shipped: ShippedKernel
  readonly inventory: () => Promise<ModuleInventory>
}

export interface PrototypeStage {
  readonly versions: readonly VersionChange[]
  readonly refusals: readonly Refusal[]
  readonly notes: readonly Note[]
}

/**
 * What callers outside the patch must know: prototypes of replaced functions and checksums of exports. A function whose parameters change is replaced only
 * when every caller in the kernel and its modules was compiled from the patched source too: what the compiler then left alone still fits.
 */
export async function prototypeStage(request: PrototypeStageRequest, ports: BuildPorts): Promise<PrototypeStage> {
  const exported = new Map(request.exports.map((version) => [version.name, version]))
  const { touched } = request
  const found: PrototypeStage[] = []
  for (let start = 0; start < touched.length; start += AT_ONCE) {
    if (start > 0) ports.progress(`prototypes: looked at ${start} of ${touched.length} units`)
    found.push(...(await Promise.all(touched.slice(start, start + AT_ONCE).map((changed) => lookAt(changed, exported, request, ports)))))
  }
  return {
    versions: found.flatMap(({ versions }) => versions),
    refusals: found.flatMap(({ refusals }) => refusals),
    notes: found.flatMap(({ notes }) => notes),
  }
}

/** As many units as keep the processors busy while the objects of others are read. */
const AT_ONCE = 8

async function lookAt(
  changed: ComparedUnit,
  exported: ReadonlyMap<string, SymbolVersion>,
  request: PrototypeStageRequest,
  ports: BuildPorts,
): Promise<PrototypeStage> {
  const { diff, unit } = changed
  const { checksums, prototypes } = await namesToCheck(changed, exported, request, ports)
  const names = [...new Set([...checksums, ...prototypes])]
  if (names.length === 0) return NOTHING
  const after = await readTypes('patched', unit, names, request, ports)
  if (prototypes.length === 0 && checksums.every((name) => after.crcs.get(name) === exported.get(name)?.crc)) return NOTHING
  const before = await readTypes('original', unit, names, request, ports)
  const versions: VersionChange[] = []
  const refusals: Refusal[] = []
  const notes: Note[] = []
  for (const name of names) {
    const version = checksums.includes(name) ? exported.get(name) : undefined
    const [oldCrc, newCrc] = [before.crcs.get(name), after.crcs.get(name)]
    if (version !== undefined && newCrc !== version.crc) {
      if (newCrc !== undefined && oldCrc === version.crc) {
        const change = { oldCrc, newCrc, importers: (await request.inventory()).importersOf(name) }
        versions.push({ symbol: name, unit: diff.unit, ...change })
        notes.push({ unit: diff.unit, subject: name, text: describeVersion(change) })
      } else if (newCrc !== undefined || !diff.removed.some((item) => item.name === name)) {
        notes.push({ unit: diff.unit, subject: name, text: describeUncompared(version.crc, oldCrc) })
      }
    }
    const [old, now] = [callingConvention(before, name), callingConvention(after, name)]
    const isReplaced = diff.replaced.some(({ original }) => original.name === name)
    if (!isReplaced || old === undefined || now === undefined || old === now) continue
    const change = `"${showPrototype(before, name) ?? ''}" becomes "${showPrototype(after, name) ?? ''}"`
    const left = await callersLeft(changed, name, request, ports)
    if (left.length > 0) {
      const reason = `${change}, and code that is not replaced calls it the old way: ${some(left, 5)}`
      refusals.push({ code: 'prototype-changed', unit: diff.unit, subject: name, reason })
    } else if (version !== undefined) {
      notes.push({
        unit: diff.unit,
        subject: name,
        text: `${change}: its callers in the kernel and its modules are replaced or fit; modules built elsewhere still call it the old way`,
      })
    }
  }
  return { versions, refusals, notes }
}

const NOTHING: PrototypeStage = { versions: [], refusals: [], notes: [] }

function readTypes(
  side: 'original' | 'patched',
  unit: UnitCommand,
  names: readonly string[],
  request: PrototypeStageRequest,
  ports: BuildPorts,
): Promise<SymbolTypes> {
  return ports.symbolTypes(request[side].tree, unit, { functions: names, output: `${request.folder}/${side}/${unit.output}.symtypes` })
}

/** Callers in the running system that the patch does not replace and that were not compiled from the patched source: they know the old prototype. */
async function callersLeft(changed: DiffedUnit, name: string, request: PrototypeStageRequest, ports: BuildPorts): Promise<string[]> {
  const inventory = await request.inventory()
  const objects = objectsOf(changed.unit)
  const left = new Set(initCallers(name, request))
  for (const module of new Set([...inventory.importersOf(name), ...objects.filter((object) => object !== VMLINUX)])) {
    const path = inventory.pathOf(module)
    if (path === undefined) continue
    const callers = callersInModule(readModuleFile(await ports.readModule(path), path).elf, name)
    for (const caller of await notCompiled(callers, { name, object: module }, request, ports)) left.add(`${caller} in ${module}`)
  }
  if (!objects.includes(VMLINUX)) return [...left]
  const pair = request.pairs.find(({ diff, running }) => diff === changed.diff && running.name === VMLINUX)
  const item = changed.diff.replaced.find(({ original }) => original.name === name)?.original
  const address = item === undefined ? undefined : pair?.match.addresses.get(item)
  if (address === undefined) return [...left]
  const callers = callersInVmlinux(request.shipped.vmlinux, request.shipped.kallsyms, address)
  for (const caller of await notCompiled(callers, { name, object: VMLINUX }, request, ports)) left.add(caller)
  return [...left]
}

/** Init and exit code of modules that calls it and differs, so it calls it in another way: that code is not replaced, and may run later. */
function initCallers(name: string, { touched }: PrototypeStageRequest): string[] {
  return touched.flatMap(({ unit, diff }) => {
    const modules = unit.owners.flatMap((owner) => (owner.kind === 'module' ? [owner.name] : []))
    const callers = diff.changedInit.filter((item) =>
      (diff.original.references.get(item) ?? []).some(({ target }) => (target.kind === 'symbol' ? target.name : target.item.name) === name),
    )
    return modules.flatMap((module) => callers.map((item) => `${item.name} (${item.section.name}) in ${module}`))
  })
}

/**
 * Of the callers of a function in an object, those that no compiled unit of it has. A caller that the patch removes is none of the compiled: a task may
 * be inside, and goes on to call the old way. Namesakes are counted, since one of them may lie elsewhere.
 */
async function notCompiled(
  callers: readonly string[],
  { name, object }: { readonly name: string; readonly object: string },
  { units, touched, original }: PrototypeStageRequest,
  ports: BuildPorts,
): Promise<string[]> {
  const compiled = new Map<string, number>()
  for (const unit of callers.length === 0 ? [] : units.filter((candidate) => objectsOf(candidate).includes(object))) {
    const removed = new Set(touched.find((one) => one.unit === unit)?.diff.removed.map((item) => item.name))
    for (const caller of callersInModule(await readObject(objectPath(original.objects, unit), ports), name))
      if (!removed.has(caller)) compiled.set(sourceName(caller), (compiled.get(sourceName(caller)) ?? 0) + 1)
  }
  return callers.filter((caller) => {
    const count = compiled.get(sourceName(caller)) ?? 0
    compiled.set(sourceName(caller), count - 1)
    return count <= 0
  })
}

function describeVersion({ oldCrc, newCrc, importers }: Pick<VersionChange, 'oldCrc' | 'newCrc' | 'importers'>): string {
  const who = importers.length === 0 ? "no module of the kernel's imports it" : `imported by ${some(importers, 8)}`
  return `exported, and the patched source changes its checksum from ${formatCrc(oldCrc)} to ${formatCrc(newCrc)} (the running kernel keeps the old one): ${who}`
}

/** Only where the original source comes to the shipped checksum does what the patched source comes to mean anything. */
function describeUncompared(shipped: number, oldCrc: number | undefined): string {
  const why =
    oldCrc === shipped
      ? 'genksyms finds no declaration of it in the patched source'
      : `the original source comes to ${oldCrc === undefined ? 'none' : formatCrc(oldCrc)}, and the kernel ships ${formatCrc(shipped)}`
  return `exported, and whether the patched source changes its checksum could not be told: ${why}`
}

function some(names: readonly string[], count: number): string {
  return names.length <= count ? names.join(', ') : `${names.slice(0, count).join(', ')} and ${names.length - count} more`
}
