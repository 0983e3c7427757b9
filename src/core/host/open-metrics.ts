/**
 * Metrics in the text form of OpenMetrics 1.0. All of them are gauges: the older text form of Prometheus, which node_exporter's textfile collector reads, has
 * neither info nor state sets, and reads what is left in the same way.
 */
export interface MetricFamily {
  /** Ends in its unit, where it has one. */
  readonly name: string
  readonly unit?: 'seconds' | 'bytes'
  readonly help: string
  readonly samples: readonly Sample[]
}

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** A family without samples is left out. Ends in `# EOF`. */
export function formatOpenMetrics(families: readonly MetricFamily[]): string {
  const told = families.filter(({ samples }) => samples.length > 0)
  return `${told.map(formatFamily).join('')}# EOF\n`
}

function formatFamily({ name, unit, help, samples }: MetricFamily): string {
  const lines = [
    `# TYPE ${name} gauge`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${escapeText(help)}`,
    ...samples.map(({ labels = {}, value }) => `${name}${formatLabels(labels)} ${value}`),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function formatLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeText(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escapeText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
}
