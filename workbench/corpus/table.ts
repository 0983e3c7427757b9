import { CLASSES } from './classify.ts'
import { type Corpus, KINDS } from './corpus.ts'
import { OUTCOMES } from './outcome.ts'
import type { ResultCase, RunResult } from './result.ts'

const COLUMNS = ['kind', 'class', 'cases', ...OUTCOMES, 'loaded', 'not loaded'] as const

/** Kinds by classes by outcomes, refusals by code, and the headline: of the cases that were run. */
export function formatTable({ base, from, to, date, cases: all, headline, beyondReach }: RunResult): string[] {
  const cases = all.filter(({ outcome }) => outcome.kind !== 'not-run')
  const earlier = cases.flatMap((one) => one.date ?? []).toSorted()
  const rows = KINDS.flatMap((kind) => {
    const ofKind = cases.filter((one) => one.kind === kind)
    if (ofKind.length === 0) return []
    const byClass = CLASSES.map((name) => ({ name: name as string, some: ofKind.filter((one) => one.class === name) }))
    return [...byClass.filter(({ some }) => some.length > 0), { name: 'all', some: ofKind }].map(({ name, some }) => [
      kind,
      name,
      ...countsOf(some),
    ])
  })
  return [
    `${base}: ${from} to ${to}, ${date}`,
    ...(cases.length < all.length ? [`never run, and not counted: ${all.length - cases.length}`] : []),
    ...(earlier.length > 0 ? [`from earlier runs: ${earlier.length}, the oldest of ${earlier[0]}`] : []),
    '',
    ...alignRows([[...COLUMNS], ...rows]),
    '',
    'refused for (a case may have several reasons)',
    ...alignRows(refusalCounts(cases).map(([code, count, single]) => [`  ${code}`, `${count} cases`, `${single} single files`])),
    ...listed('loaded, but for the part that waits for a module which did not load in the machine', waitingIn(cases)),
    ...listed(
      `left out by the last run, since they reach more units than --max-reach ${beyondReach?.maxReach ?? ''}`,
      tooWide(beyondReach),
    ),
    ...listed('built, though a type or data that is there already changes (is each let through with reason?)', riskyAmong(cases)),
    '',
    `single files that change code, no data and no types, and compile alone: ${headline.built} of ${headline.of} built${shareOf(headline.built, headline.of)}`,
  ]
}

/** Nothing at all of none. */
function listed(what: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${what}: ${lines.length}`, ...lines.map((line) => `  ${line}`)]
}

function waitingIn(cases: readonly ResultCase[]): string[] {
  return cases.flatMap(({ id, load }) =>
    load?.kind === 'loaded' && load.absent.length > 0 ? [`${id}, for ${load.absent.join(', ')}`] : [],
  )
}

function tooWide(beyond: RunResult['beyondReach']): string[] {
  return (beyond?.cases ?? []).map(({ id, reach }) => `${id}, ${reach} units`)
}

/** A type whose objects exist, or data that the running kernel holds: who let such a change through by mistake would break a machine. The whole update has all of them. */
function riskyAmong(cases: readonly ResultCase[]): string[] {
  return cases.flatMap(({ id, kind, class: kindOfChange, outcome }) =>
    outcome.kind === 'built' && kind !== 'whole' && (kindOfChange === 'types' || kindOfChange === 'data') ? [`${kindOfChange}: ${id}`] : [],
  )
}

/** What the cases of a corpus leave to the whole update. */
export function formatInWholeAlone({ inWholeAlone = [] }: Corpus): string[] {
  return listed('changed files that this kernel compiles or includes and that are in no file or group case', inWholeAlone).slice(1)
}

function countsOf(cases: readonly ResultCase[]): string[] {
  const count = (isCounted: (one: ResultCase) => boolean) => String(cases.filter(isCounted).length)
  return [
    String(cases.length),
    ...OUTCOMES.map((kind) => count(({ outcome }) => outcome.kind === kind)),
    count(({ load }) => load?.kind === 'loaded'),
    count(({ load }) => load?.kind === 'failed'),
  ]
}

function refusalCounts(cases: readonly ResultCase[]): [code: string, cases: number, single: number][] {
  const counts = new Map<string, [number, number]>()
  for (const { kind, outcome } of cases) {
    if (outcome.kind !== 'refused') continue
    for (const code of new Set(outcome.reasons.map((reason) => reason.code))) {
      const [all, single] = counts.get(code) ?? [0, 0]
      counts.set(code, [all + 1, single + (kind === 'file' ? 1 : 0)])
    }
  }
  return [...counts].map(([code, [all, single]]): [string, number, number] => [code, all, single]).toSorted((a, b) => b[1] - a[1])
}

function shareOf(part: number, all: number): string {
  return all === 0 ? '' : ` (${((100 * part) / all).toFixed(1)} %)`
}

function alignRows(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => (/^\d+$/.test(cell) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}

/** Every case that is not a live patch, or one that does not load, with its reasons: what is left to do. */
export function formatNotBuilt({ cases }: RunResult): string[] {
  return cases.flatMap(({ id, class: kindOfChange, outcome, load }) => {
    const lines: string[] = []
    if (outcome.kind === 'refused')
      for (const { code, subject, unit, reason } of outcome.reasons) lines.push(`  ${code} ${subject} (${unit}): ${reason}`)
    else if (outcome.kind === 'failed' || outcome.kind === 'does-not-compile')
      lines.push(...outcome.message.split('\n').map((line) => `  ${line}`))
    for (const finding of load?.findings ?? []) lines.push(`  vm: ${finding}`)
    return lines.length === 0
      ? []
      : [`${outcome.kind}${load?.kind === 'failed' ? ', does not load' : ''}: ${id} [${kindOfChange}]`, ...lines, '']
  })
}

/** What has become of the cases of an earlier run that came out otherwise; empty when nothing changed. */
export function formatDifferences(before: RunResult, after: RunResult): string[] {
  const run = before.cases.filter(({ outcome }) => outcome.kind !== 'not-run')
  const known = new Map(run.map((one) => [one.id, describe(one)]))
  return after.cases.flatMap((one) => {
    const [was, is] = [known.get(one.id), describe(one)]
    return was === undefined || was === is ? [] : [`${one.id}: ${was}, now ${is}`]
  })
}

function describe({ outcome, load }: ResultCase): string {
  const codes = outcome.kind === 'refused' ? ` (${[...new Set(outcome.reasons.map(({ code }) => code))].toSorted().join(', ')})` : ''
  return `${outcome.kind}${codes}${load === undefined ? '' : load.kind === 'loaded' ? ' and loaded' : ', does not load'}`
}
