import { latin1FromBytes } from '../base/mod.ts'
import type { Item } from './item.ts'
import type { ObjectView } from './object-view.ts'

/** What the macros of kmend/livepatch.h leave in the patched object, each kind in a section of its own. */
const SECTION = '.kmend.'

export const CALLBACKS = ['pre_patch', 'post_patch', 'pre_unpatch', 'post_unpatch'] as const

export type CallbackTime = (typeof CALLBACKS)[number]

export interface Callback {
  readonly when: CallbackTime
  readonly item: Item
}

/** A system state that the patch changes: its number and the version of the change. */
export interface SystemState {
  readonly id: bigint
  readonly version: number
}

/** A kind of shadow variable that the patch uses: its name in the source, its number and the size of its value. */
export interface ShadowVariable {
  readonly name: string
  readonly id: bigint
  readonly sizeBytes: number
}

/** What a patch says of itself. Functions and data stand by their names in the source. */
export interface Marks {
  readonly callbacks: readonly Callback[]
  /** Marks of callbacks that another unit defines. */
  readonly strayCallbacks: readonly string[]
  readonly states: readonly SystemState[]
  readonly shadows: readonly ShadowVariable[]
  readonly forced: readonly string[]
  readonly unsafe: readonly string[]
  readonly ignoredFunctions: readonly string[]
  readonly ignoredData: readonly string[]
  readonly ignoredSections: readonly string[]
}

export function readMarks(view: ObjectView): Marks {
  const byKind = Map.groupBy(
    view.items.filter((item) => item.kind === 'data' && item.section.name.startsWith(SECTION)),
    (item) => item.section.name.slice(SECTION.length),
  )
  const names = (kind: string) => (byKind.get(kind) ?? []).map(({ data }) => latin1FromBytes(data).replace(/\0.*$/s, ''))
  const marked = CALLBACKS.flatMap((when) =>
    (byKind.get(`callback.${when}`) ?? []).map((mark) => ({ when, mark, item: targetOf(view, mark) })),
  )
  return {
    callbacks: marked.flatMap(({ when, item }) => (item === undefined ? [] : [{ when, item }])),
    strayCallbacks: marked.flatMap(({ when, mark, item }) => (item === undefined ? [mark.name.replace(`kmend_${when}_`, '')] : [])),
    states: (byKind.get('state') ?? []).map(readState),
    shadows: (byKind.get('shadow') ?? []).map(readShadow),
    forced: names('function.force'),
    unsafe: names('function.unsafe'),
    ignoredFunctions: names('function.ignore'),
    ignoredData: names('data.ignore'),
    ignoredSections: names('section.ignore'),
  }
}

function targetOf(view: ObjectView, mark: Item): Item | undefined {
  const target = view.references.get(mark)?.[0]?.target
  return target?.kind === 'item' && target.item.kind === 'function' ? target.item : undefined
}

function readState({ data }: Item): SystemState {
  const [id, version] = readNumbers(data)
  return { id, version: Number(version & 0xffff_ffffn) }
}

function readShadow({ name, data }: Item): ShadowVariable {
  const [id, size] = readNumbers(data)
  return { name: name.replace('kmend_shadow_', ''), id, sizeBytes: Number(size) }
}

/** Two unsigned longs. */
function readNumbers(data: Uint8Array): [bigint, bigint] {
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  return [view.getBigUint64(0, true), view.getBigUint64(8, true)]
}
