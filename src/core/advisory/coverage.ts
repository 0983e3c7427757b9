import { Fault } from '../base/mod.ts'
import { LIFECYCLE_SCHEMA, type Lifecycle } from '../host/mod.ts'

/** Until when a publisher makes live patches, by its policy: `coverage.toml`, docs/formats/lifecycle.md. */
export interface CoveragePolicy {
  /** How long a kernel gets them, from its first day on. */
  readonly months: number
  /** By line (`6.1`): the last day of the distribution's support, past which no kernel is covered. */
  readonly lines: ReadonlyMap<string, string>
  readonly kernels: readonly CoveredKernel[]
}

export interface CoveredKernel {
  readonly release: string
  readonly packageVersion: string | null
  readonly from: string
  /** Where it is not what the rest comes to. */
  readonly until: string | undefined
}

/** The dates for hosts: docs/formats/lifecycle.md. */
export function planLifecycle({ months, lines, kernels }: CoveragePolicy): Lifecycle {
  return {
    schema: LIFECYCLE_SCHEMA,
    kernels: kernels.map(({ release, packageVersion, from, until }) => {
      const end = lines.get(lineOf(release))
      const planned = until ?? addMonths(from, months)
      return { release, packageVersion, from, until: end !== undefined && end < planned ? end : planned }
    }),
  }
}

/** `6.1.0-54-cloud-amd64` is of the line 6.1. */
function lineOf(release: string): string {
  return /^\d+\.\d+/.exec(release)?.[0] ?? release
}

/** The same day of a later month, or that month's last one. */
export function addMonths(day: string, months: number): string {
  const date = new Date(`${day}T00:00:00Z`)
  const wanted = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + months)
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(wanted, last))
  return date.toISOString().slice(0, 10)
}

/** From the tables of the file. Says everything that is wrong at once. Faults: data/coverage. */
export function parseCoverage(tables: Readonly<Record<string, unknown>>, file: string): CoveragePolicy {
  const wrong: string[] = []
  const tablesOf = (name: string): readonly Readonly<Record<string, unknown>>[] => {
    const value = tables[name] ?? []
    if (Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null))
      return value as Readonly<Record<string, unknown>>[]
    wrong.push(`${name} is no list of tables: write [[${name}]]`)
    return []
  }
  const day = (where: string, value: unknown): string => {
    const text = value instanceof Date ? value.toISOString().slice(0, 10) : value
    if (typeof text === 'string' && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))) return text
    wrong.push(`${where} is no day: write it as "2026-11-28"`)
    return ''
  }
  for (const name of Object.keys(tables))
    if (!['months', 'lines', 'kernels'].includes(name)) wrong.push(`${name} is not known; there is months, lines, kernels`)
  const { months } = tables
  if (typeof months !== 'number' || !Number.isInteger(months) || months < 1) wrong.push('months is no whole number of months')
  const lines = tablesOf('lines').map(({ line, end }, at) => {
    if (typeof line !== 'string' || !/^\d+\.\d+$/.test(line)) wrong.push(`line of [[lines]] ${at + 1} is none: write it as "6.1"`)
    return [String(line), day(`end of [[lines]] ${at + 1}`, end)] as const
  })
  const kernels = tablesOf('kernels').map(({ release, package: packageVersion, from, until }, at) => {
    if (typeof release !== 'string') wrong.push(`release of [[kernels]] ${at + 1} is none: write it as uname -r prints it`)
    return {
      release: String(release),
      packageVersion: typeof packageVersion === 'string' ? packageVersion : null,
      from: day(`from of [[kernels]] ${at + 1}`, from),
      until: until === undefined ? undefined : day(`until of [[kernels]] ${at + 1}`, until),
    }
  })
  if (wrong.length === 0) return { months: months as number, lines: new Map(lines), kernels }
  throw new Fault('data/coverage', `Cannot use this policy of coverage:\n  - ${wrong.join('\n  - ')}`, {
    in: file,
    try: 'docs/formats/lifecycle.md shows such a file',
  })
}
