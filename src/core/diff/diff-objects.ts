import type { ElfFile } from '../elf/mod.ts'
import { findMerged, refuseSplit } from './aliases.ts'
import { type Changes, findChanges } from './changes.ts'
import { refuseUnknownTables } from './code-tables.ts'
import { type Pair, isSameItem } from './compare.ts'
import { correlate } from './correlate.ts'
import { noteExports } from './exports.ts'
import { refuseGoneCallers } from './gone-callers.ts'
import { type Turnover, findTurnover, noteGoneState } from './gone-state.ts'
import { noteHandedOut } from './handed-out.ts'
import { noteHeldRemoved } from './held-removed.ts'
import { type Inclusion, include } from './include.ts'
import { refuseChangedPrototypes } from './ignored-prototypes.ts'
import { checkInitState, noteInit } from './init-state.ts'
import { type Item, isReadOnly } from './item.ts'
import { keeperOf } from './kept-constants.ts'
import { refuseLooseCode } from './loose-code.ts'
import { type Callback, type ShadowVariable, type SystemState, readMarks } from './marks.ts'
import { type ObjectView, viewObject } from './object-view.ts'
import { obeyMarks, refuseReplaced } from './obey-marks.ts'
import type { Note, Refusal } from './refusal.ts'
import { refusePerCpuPointers } from './percpu-pointers.ts'
import { describeMisplaced, noteMoved } from './places.ts'
import { noteRegistrations } from './registrations.ts'
import { noteResizedAllocations } from './resized-allocations.ts'
import { refuseRetypedData } from './retyped-data.ts'
import { branchesWithinSection } from './section-branches.ts'
import { type DataSetting, findObstacle, planSettings } from './settings.ts'
import type { SpecialTable } from './special-sections.ts'
import { checkThreadLoops } from './thread-loops.ts'
import { coverUntraceable, isTraceable } from './traceable.ts'
import { type Compared, transfer } from './transfer.ts'
import { noteUnreadTables } from './unread-tables.ts'

export interface DiffRequest {
  /** Source path of the unit, for messages. */
  readonly unit: string
  readonly original: ElfFile
  readonly patched: ElfFile
  readonly tables: readonly SpecialTable[]
  /** The patched object in the form that the patch carries, where that is another one: the same but for code that reads its static keys. */
  readonly code?: ElfFile | undefined
  /** Variables, as `name` or `unit:name`, that shall get their new initial values from a generated callback. */
  readonly setData?: readonly string[]
  /** Functions that may be replaced though a kernel thread stays in them. */
  readonly allowThreadLoop?: readonly string[]
  /** Functions of the unit that kernel threads stay in by what the sources say, with the reason. */
  readonly threadsStayIn?: ReadonlyMap<string, string>
}

/** What one unit's change comes to. */
export interface UnitDiff {
  readonly unit: string
  /** The original object, whole: run-pre matching compares it with the shipped kernel. */
  readonly original: ObjectView
  /** Functions to replace, in the patched object's order. */
  readonly replaced: readonly { readonly original: Item; readonly patched: Item }[]
  /** New functions that the patch brings. */
  readonly added: readonly Item[]
  /** Globals that other units of the same patch may link to: new functions and new data. */
  readonly newGlobals: readonly Item[]
  /** What the patch brings as weak and the original did not have. */
  readonly newWeak: readonly Item[]
  /** Original functions and data that are static and that the patched source makes global: other units of the same patch may use them. */
  readonly madeGlobal: readonly Item[]
  /** Original functions and data that give way to another unit's and that the patched source does not let give way any more. */
  readonly madeStrong: readonly Item[]
  readonly removed: readonly Item[]
  /** Another unit of the same patch may have what goes here, or lose what comes. */
  readonly turnover: Turnover
  /** Names of other units that changed init code newly sets up: nothing that the patch brings may be among them. */
  readonly initNames: ReadonlySet<string>
  /** Those of them that it writes itself: nothing that replaced code newly uses may be among them. */
  readonly initWrites: ReadonlySet<string>
  /** Original functions that run once, at start or at the end, and whose change is left out. */
  readonly changedInit: readonly Item[]
  /** Data that pre-patch callbacks use, of other units too: they are taken to set it up. */
  readonly preparedNames: ReadonlySet<string>
  readonly inclusion: Inclusion
  /** Functions that the kernel calls when it patches or unpatches the object. */
  readonly callbacks: readonly Callback[]
  readonly states: readonly SystemState[]
  /** Another unit of the same patch may have given their numbers to others. */
  readonly shadows: readonly ShadowVariable[]
  readonly settings: readonly DataSetting[]
  /** Functions that are replaced though a kernel thread may stay in them, because the request says so. */
  readonly allowedLoops: readonly string[]
  /** Functions that are replaced, and functions and data that are left alone, because the patch says so. */
  readonly forced: readonly Item[]
  readonly ignored: readonly Item[]
  readonly refusals: readonly Refusal[]
  readonly notes: readonly Note[]
}

/** Compares an original and a patched object, both compiled with function and data sections, and decides what a live patch must bring. */
export function diffObjects(request: DiffRequest): UnitDiff {
  const original = viewObject(request.original, request.tables)
  const { pair, changes: all, ambiguous } = compare(request, original)
  const { patched, correlation } = pair
  const marks = readMarks(patched)
  const obeyed = obeyMarks(pair, all, marks, request.unit)
  const found = obeyed.changes
  const { settings, rest, refusals: unsettable } = planSettings(pair, found.changedData, request.setData ?? [], request.unit)
  const { callers, copied } = coverUntraceable(pair, found.changed)
  const changes: Changes = { ...found, changed: new Set([...found.changed, ...callers]), changedData: rest }

  const merged = findMerged(pair, changes)
  const replaced = [...changes.changed]
    .filter((item) => !item.isInit && !copied.has(item))
    .map((item) => ({ patched: item, original: correlation.get(item) as Item }))
    .concat(merged)
  // A new global may be used by another unit of the same patch; a new static comes along when something needs it.
  const newGlobals = patched.items.filter(
    (item) => item.bind === 'global' && !item.isInit && (changes.added.has(item) || isNewData(pair, item)),
  )
  const context = { pair, changes, ambiguous: new Set(ambiguous), unit: request.unit }
  const roots = [...replaced.map((change) => change.patched), ...newGlobals, ...marks.callbacks.map(({ item }) => item)]
  const inclusion = include(context, roots)
  const removed = changes.removed.filter((item) => !original.coldPartOf.has(item) && !replaced.some((change) => change.original === item))
  const loops = checkThreadLoops(request.unit, {
    pair,
    replaced: replaced.map((change) => change.original),
    allowed: request.allowThreadLoop ?? [],
    stayIn: request.threadsStayIn ?? new Map(),
  })
  const turnover = findTurnover(pair, inclusion)
  const initState = checkInitState(request.unit, { pair, changes, inclusion, callbacks: marks.callbacks })

  return {
    unit: request.unit,
    original,
    replaced,
    added: inclusion.carried.filter((item) => changes.added.has(item) && !patched.coldPartOf.has(item)),
    newGlobals,
    newWeak: inclusion.carried.filter((item) => item.bind === 'weak' && !correlation.has(item)),
    madeGlobal: [...correlation].flatMap(([after, before]) => (before.bind === 'local' && after.bind === 'global' ? [before] : [])),
    madeStrong: [...correlation].flatMap(([after, before]) =>
      before.bind === 'weak' && after.bind !== 'weak' && !before.isInit ? [before] : [],
    ),
    changedInit: [...changes.changed].flatMap((item) => (item.isInit ? [correlation.get(item) as Item] : [])),
    removed,
    turnover,
    initNames: initState.names,
    initWrites: initState.written,
    preparedNames: initState.prepared,
    inclusion,
    callbacks: marks.callbacks,
    states: marks.states,
    shadows: marks.shadows,
    settings,
    allowedLoops: loops.notes.map(({ subject }) => subject),
    forced: obeyed.forced,
    ignored: obeyed.ignored,
    refusals: [
      ...obeyed.refusals,
      ...refuseReplaced(request.unit, obeyed.left, replaced),
      ...refuseChangedPrototypes(request, obeyed.ignored),
      ...unsettable,
      ...refuseUntraceable(request.unit, pair, replaced),
      ...refuseLooseCode(request, replaced),
      ...refuseGoneCallers(request, pair, replaced, removed),
      ...refuseChangedData(request.unit, pair, changes),
      ...refuseRetypedData(request, inclusion),
      ...initState.refusals,
      ...refuseTangled(request.unit, inclusion),
      ...refusePerCpuPointers(request.unit, inclusion),
      ...refuseUnknownTables(request.unit, patched, inclusion),
      ...loops.refusals,
      ...refuseSplit(request.unit, pair, merged),
      ...inclusion.refusals,
    ],
    notes: [
      ...obeyed.notes,
      ...initState.notes,
      ...noteInit(request.unit, pair, changes),
      ...noteHandedOut(request.unit, { pair, changes, inclusion }),
      ...noteHeldRemoved(request.unit, pair, removed),
      ...noteCopies(request.unit, copied),
      ...noteGoneState(request.unit, pair, turnover),
      ...noteResizedAllocations(request.unit, pair, replaced),
      ...noteMoved(request.unit, pair),
      ...noteRegistrations(request),
      ...noteUnreadTables(request.unit, pair, inclusion.carried),
      ...noteExports(request),
      ...loops.notes,
    ],
  }
}

function compare({ patched, tables, code }: DiffRequest, original: ObjectView): Compared {
  const view = viewObject(patched, tables)
  const { correlation, ambiguous } = correlate(original, view)
  const pair: Pair = { original, patched: view, correlation }
  const compared = { pair, changes: findChanges(pair), ambiguous }
  return code === undefined ? compared : transfer(compared, viewObject(code, tables))
}

function refuseUntraceable(unit: string, pair: Pair, replaced: UnitDiff['replaced']): Refusal[] {
  const untraceable = replaced.filter((change) => !isTraceable(pair.original, change.original)).map(({ original }) => original)
  const isTraced = pair.original.entries.some(({ table }) => table.section === '__mcount_loc')
  const [first, ...others] = untraceable
  if (first !== undefined && !isTraced && others.length > 0) {
    const names = untraceable.slice(0, 3).map(({ name }) => name)
    const rest = untraceable.length - names.length
    const reason = `no function of this file is traced (the kernel compiles it without), so none can be redirected; the patch changes ${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
    return [{ code: 'not-traceable', unit, subject: unit, reason }]
  }
  return untraceable.map(({ name, section }) => {
    const reason = `its entry has no call to __fentry__ (notrace, inline, or in ${section.name}), so it cannot be redirected`
    return { code: 'not-traceable', unit, subject: name, reason }
  })
}

function refuseChangedData(unit: string, pair: Pair, changes: Changes): Refusal[] {
  return changes.changedData.map((item) => {
    const before = pair.correlation.get(item)?.size ?? item.size
    if (before !== item.size)
      return {
        code: 'data-resized',
        unit,
        subject: item.name,
        reason: `it has ${item.size} bytes; the running kernel has it with ${before}`,
      }
    const original = pair.correlation.get(item)
    const advice = original === undefined ? undefined : findObstacle(pair, original, item)?.advice
    const misplaced = original === undefined ? undefined : describeMisplaced(original, item)
    if (original !== undefined && misplaced !== undefined && isSameItem(pair, original, item))
      return { code: 'data-changed', unit, subject: item.name, reason: misplaced, advice }
    const keeper = isReadOnly(item) ? ((original && keeperOf(pair.original, original)) ?? keeperOf(pair.patched, item)) : undefined
    const kept = keeper === undefined ? '' : `, and ${keeper.name} keeps its address or goes by it: what exists goes on with the old one`
    const reason = `its initial value (${item.size} bytes in ${item.section.name}) differs between the original and the patched source${kept}`
    return { code: 'data-changed', unit, subject: item.name, reason, advice }
  })
}

/** A function cut out of a shared section may branch into what is not there. */
function refuseTangled(unit: string, inclusion: Inclusion): Refusal[] {
  return inclusion.carried
    .filter((item) => {
      const references = (inclusion.links.get(item) ?? []).map(({ reference }) => reference)
      return branchesWithinSection(item, references).length > 0
    })
    .map((item) => ({
      code: 'tangled-code',
      unit,
      subject: item.name,
      reason: `it branches within ${item.section.name} to code outside itself`,
    }))
}

function isNewData(pair: Pair, item: Item): boolean {
  return item.kind === 'data' && item.size > 0 && !pair.correlation.has(item)
}

function noteCopies(unit: string, copied: ReadonlySet<Item>): Note[] {
  return [...copied].map((item) => ({ unit, subject: item.name, text: 'cannot be redirected: its callers are replaced and call a copy' }))
}
