import type { EntriesReport, InspectedFunction } from '../../../app/host/mod.ts'
import { hexFromBytes } from '../../../core/base/mod.ts'
import { formatColumns } from '../../columns.ts'
import type { Screen } from '../../screen.ts'

type Style = Pick<Screen, 'bold' | 'dim' | 'good' | 'bad'>

/** What happens at a function, for a person. */
export function formatInspected(func: InspectedFunction, style: Style): string[] {
  const rows = [
    ['  memory', memoryText(func)],
    ['  ftrace', ...ftraceText(func)],
    ...patchRows(func),
    ['  kprobes', kprobesText(func)],
    ['  BPF', func.bpfPrograms.join(' ') || (func.traced.some(({ direct }) => direct !== undefined) ? 'a trampoline' : 'none')],
    ['  verdict', verdictText(func, style)],
  ]
  return [`${style.bold(func.name)}  ${func.object}:${func.name},${func.position}  ${hex(func.address)}`, ...formatColumns(rows)]
}

function memoryText({ bytes, entry, target }: InspectedFunction): string {
  if (bytes === null || entry === null) return 'nothing is mapped there'
  const pad = { none: '', endbr64: 'endbr64, ', sealed: 'a sealed landing pad, ' }[entry.pad]
  const { site } = entry
  const there =
    site.kind === 'call' || site.kind === 'jump'
      ? `a ${site.kind} to ${hex(site.target)}${target === null ? ', where the kernel has no symbol' : ` (${target})`}`
      : { nop: 'a NOP: nothing is called', breakpoint: 'a breakpoint', other: 'code of its own' }[site.kind]
  return `${spaced(bytes.subarray(0, entry.padBytes + 5))}  ${pad}${there}`
}

function ftraceText({ traced, isTraceable }: InspectedFunction): string[] {
  if (traced.length === 0) return [isTraceable ? 'nothing attached' : 'cannot use it: it is not traced, and no live patch can replace it']
  return [traced.map(({ line }) => line).join('; ')]
}

function patchRows({ livePatches, orderKnownBy }: InspectedFunction): string[][] {
  if (livePatches.length === 0) return [['  live patches', 'none']]
  const order = { 'only one': '', stack_order: 'by stack_order', 'order of loading': 'by the order of loading', unknown: 'order not known' }
  return livePatches.map(({ patch, isInTransition, replacement }, i) => {
    const place =
      livePatches.length === 1
        ? ''
        : orderKnownBy === 'unknown'
          ? `, ${order.unknown}`
          : i === 0
            ? `, on top (${order[orderKnownBy]})`
            : ', below'
    const own =
      replacement === null
        ? 'its own function is not told by a symbol'
        : `${replacement.name} at ${hex(replacement.address)}${replacement.knownBy === 'same name' ? '' : ' (a guess, by its name)'}`
    return [i === 0 ? '  live patches' : '', `${patch}${place}${isInTransition ? ', in transition' : ''}: ${own}`]
  })
}

function kprobesText({ kprobes, areKprobesSeen }: InspectedFunction): string {
  if (!areKprobesSeen) return 'not known: /sys/kernel/debug/kprobes/list cannot be read'
  return (
    kprobes.map(({ kind, place, by, isDisabled }) => `${kind} at ${place}, by ${by}${isDisabled ? ', disabled' : ''}`).join('; ') || 'none'
  )
}

function verdictText({ verdict }: InspectedFunction, { good, bad }: Style): string {
  switch (verdict.kind) {
    case 'untouched':
      return good('untouched')
    case 'explained':
      return `${good('explained')} by ${verdict.by.join(', ')} (${verdict.handlers.join(', ')})`
    case 'unexplained':
      return `${bad('unexplained')}: ${verdict.finding}`
    case 'untraceable':
      return 'nothing to attach to: its first bytes are its own code'
    case 'unmapped':
      return bad('not in memory')
  }
}

/** All entries, for a person. */
export function formatEntries(report: EntriesReport, style: Style): string[] {
  const { compared, explained, unexplained, ambiguous, areKprobesSeen } = report
  const groups = Map.groupBy(explained, ({ by, handlers }) => `${by.join(', ')} (${handlers.join(', ')})`)
  const count = compared.vmlinux + compared.modules
  const differences = `${unexplained.length} ${unexplained.length === 1 ? 'difference' : 'differences'}`
  return [
    ...unexplained.flatMap(({ name, object, address, bytes, finding }) => [
      `${style.bad('unexplained')}  ${style.bold(`${object}:${name}`)} at ${hex(address)}: ${spaced(bytes) || 'no bytes'}`,
      `  ${finding}`,
    ]),
    ...[...groups].flatMap(([why, entries]) => [
      `${style.good('explained')}  by ${why}`,
      `  ${shortList(entries.map(({ object, name }) => `${object}:${name}`))}`,
    ]),
    ...(areKprobesSeen
      ? []
      : [`note: /sys/kernel/debug/kprobes/list cannot be read: kprobes of their own are taken for breakpoints of nobody`]),
    ...(ambiguous === 0 ? [] : [`note: ${ambiguous} functions of modules share their names with untraced ones and were left out`]),
    `${unexplained.length === 0 ? style.good(differences) : style.bad(differences)} of ${count} entries that nothing explains (${compared.vmlinux} against ${report.image}, ${compared.modules} of modules); ${explained.length} explained`,
  ]
}

const SHOWN = 20

function shortList(names: readonly string[]): string {
  return `${names.slice(0, SHOWN).join(' ')}${names.length > SHOWN ? ` and ${names.length - SHOWN} more` : ''}`
}

function hex(address: bigint): string {
  return `0x${address.toString(16)}`
}

function spaced(bytes: Uint8Array): string {
  return hexFromBytes(bytes).replaceAll(/..(?=.)/g, '$& ')
}
