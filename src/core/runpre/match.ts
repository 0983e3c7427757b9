import { decodeInstructions, formatInstruction } from '../arch/mod.ts'
import { type Item, type ObjectView, type Reference, maskReferences } from '../diff/mod.ts'
import { type Overlay, layOver } from './lay-over.ts'
import type { Candidate, FieldTarget, RunningObject } from './running-object.ts'

/**
 * Run-pre matching (Arnold and Kaashoek, Ksplice, 2009): the object compiled from the original source is laid over the shipped kernel.
 * Where the code agrees, every relocation tells the address of what it refers to; so local symbols with several namesakes are told apart,
 * data included.
 */
export interface RunPreMatch {
  /** Addresses of the unit's own functions and data in the shipped object. */
  readonly addresses: ReadonlyMap<Item, bigint>
  /** Addresses of symbols of other units that the matched code refers to. */
  readonly symbols: ReadonlyMap<string, bigint>
  /** Functions that agree with no candidate, with the closest look at why. */
  readonly mismatches: ReadonlyMap<Item, Mismatch>
  /** Functions that agree with several candidates. */
  readonly ambiguous: ReadonlySet<Item>
}

export interface Mismatch {
  readonly reason: string
}

/** A candidate whose code agrees. */
interface Fit {
  readonly address: bigint
  readonly overlay: Overlay
}

/** Matches all functions of a unit. `object` is the unit's original compilation. */
export function matchRunPre(object: ObjectView, running: RunningObject): RunPreMatch {
  const addresses = new Map<Item, bigint>()
  const symbols = new Map<string, bigint>()
  const mismatches = new Map<Item, Mismatch>()
  const open = new Map<Item, readonly Fit[]>()

  for (const item of object.items) {
    if (item.kind !== 'function' || item.isInit || item.size === 0) continue
    const candidates = candidatesOf(item, running)
    const fits = candidates.flatMap(({ address }) => fitAt(object, item, running, address))
    if (fits.length === 0) mismatches.set(item, explain(object, item, running, candidates))
    else open.set(item, fits)
  }
  const uneven = new Set([...open].flatMap(([item, fits]) => (fits.every(({ overlay }) => overlay.isEven) ? [] : item)))
  // Certain ones first; what they refer to decides between namesakes, until nothing new follows.
  for (let isNews = true; isNews;) {
    isNews = false
    for (const [item, fits] of open) {
      const known = addresses.get(item)
      const left = known === undefined ? fits : fits.filter((fit) => fit.address === known)
      const [only] = left
      if (left.length !== 1 || only === undefined) continue
      open.delete(item)
      addresses.set(item, only.address)
      solve(object, item, running, only, { addresses, symbols, uneven })
      isNews = true
    }
  }
  return { addresses, symbols, mismatches, ambiguous: new Set(open.keys()) }
}

function candidatesOf(item: Item, running: RunningObject): readonly Candidate[] {
  return [item.name, ...item.aliases].map((name) => running.candidates(name)).find((candidates) => candidates.length > 0) ?? []
}

function fitAt(object: ObjectView, item: Item, running: RunningObject, address: bigint): Fit[] {
  const shipped = running.read(address, item.size)
  const overlay = shipped === undefined ? undefined : layOver(item.data, object.references.get(item) ?? [], shipped)
  return overlay === undefined || strangerIn(object, item, running, { address, overlay }) !== undefined ? [] : [{ address, overlay }]
}

/** The first reference to a symbol of another unit where the shipped code refers to something else that has another name. */
function strangerIn(object: ObjectView, item: Item, running: RunningObject, { address, overlay }: Fit): Reference | undefined {
  return (object.references.get(item) ?? []).find((reference) => {
    const { target } = reference
    if (target.kind !== 'symbol') return false
    const place = placeIn(reference, overlay, running, address)
    if (place?.kind === 'symbol') return place.name !== target.name
    const named = running.candidates(target.name)
    // Names that no symbol table has, such as those of the linker's script, tell nothing.
    return place !== undefined && named.length > 0 && !named.some((candidate) => candidate.address === startOf(target, place.place))
  })
}

interface Solution {
  readonly addresses: Map<Item, bigint>
  readonly symbols: Map<string, bigint>
  /** Functions of which a place inside is at another offset when shipped, and so says nothing of their start. */
  readonly uneven: ReadonlySet<Item>
}

function solve(object: ObjectView, item: Item, running: RunningObject, { address, overlay }: Fit, solution: Solution): void {
  for (const reference of object.references.get(item) ?? []) {
    const { target } = reference
    const place = placeIn(reference, overlay, running, address)
    if (place?.kind !== 'address') continue
    const start = startOf(target, place.place)
    if (target.kind === 'symbol') solution.symbols.set(target.name, solution.symbols.get(target.name) ?? start)
    else if (
      target.item.kind === 'data' ||
      (target.item.kind === 'function' && (target.offset === 0 || !solution.uneven.has(target.item)))
    ) {
      solution.addresses.set(target.item, solution.addresses.get(target.item) ?? start)
    }
  }
}

/** What shipped code refers to where compiled code has a reference: an address without the instruction's own length, or a symbol that the loader finds. */
function placeIn(reference: Reference, overlay: Overlay, running: RunningObject, address: bigint): FieldTarget | undefined {
  const place = overlay.placeOf(reference)
  if (place === undefined) return undefined
  if (place.kind === 'jump') return { kind: 'address', place: address + BigInt(place.target) }
  const field = running.follow(address + BigInt(place.offset), reference.type)
  return field?.kind === 'address' ? { kind: 'address', place: field.place + BigInt(reference.bias) } : field
}

function startOf({ offset }: Reference['target'], place: bigint): bigint {
  return BigInt.asUintN(64, place - BigInt(offset))
}

function explain(object: ObjectView, item: Item, running: RunningObject, candidates: readonly Candidate[]): Mismatch {
  const [candidate] = candidates
  if (candidate === undefined) return { reason: `${running.name} has no symbol of this name` }
  const shipped = running.read(candidate.address, item.size)
  if (shipped === undefined)
    return { reason: `its ${item.size} bytes at 0x${candidate.address.toString(16)} lie outside the code of ${running.name}` }
  const references = object.references.get(item) ?? []
  const overlay = layOver(item.data, references, shipped)
  const stranger = overlay === undefined ? undefined : strangerIn(object, item, running, { address: candidate.address, overlay })
  if (stranger?.target.kind === 'symbol')
    return {
      reason: `at ${item.name}+0x${stranger.offset.toString(16)} it refers to ${stranger.target.name}, the shipped code to something else`,
    }
  const compiled = maskReferences(item.data, references)
  const other = maskReferences(shipped, references)
  const at = compiled.findIndex((byte, i) => byte !== other[i])
  const start = decodeInstructions(item.data).findLast((instruction) => instruction.offset <= at)?.offset ?? at
  const show = (code: Uint8Array) => formatInstruction(code.subarray(start, start + 15), candidate.address + BigInt(start))
  return {
    reason: `first difference at ${item.name}+0x${start.toString(16)}: compiled "${show(item.data)}", shipped "${show(shipped)}"${candidates.length > 1 ? ` (the closest look at ${candidates.length} namesakes)` : ''}`,
  }
}
