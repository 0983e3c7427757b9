import type { Command } from 'commander'
import { examine } from '../../../app/host/mod.ts'
import { EXIT } from '../../../core/base/mod.ts'
import type { Finding } from '../../../core/host/mod.ts'
import { formatColumns } from '../../columns.ts'
import { makeHostPorts } from '../../ports/host-ports.ts'
import { makeScreen, type Screen } from '../../screen.ts'

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .option('--patch <folder>', 'look at the functions that this live patch replaces, too')
    .option('--json', 'print for machines')
    .description('whether this host can be live patched, and what to do where it cannot')
    .addHelpText(
      'after',
      '\nExamples:\n  kmend doctor\n  kmend doctor --patch out\n\nExit codes: 0 it can, perhaps with warnings, 6 it cannot: there are problems.',
    )
    .action(doctor)
}

async function doctor({ patch, json }: { readonly patch?: string; readonly json?: true }): Promise<void> {
  const screen = makeScreen()
  const findings = await examine(patch, makeHostPorts(screen.progress)).finally(screen.settle)
  if (findings.some(({ grade }) => grade === 'problem')) process.exitCode = EXIT.environment
  const lines = json === true ? [JSON.stringify(findings, null, 2)] : formatFindings(findings, screen)
  for (const line of lines) screen.line(line)
}

function formatFindings(findings: readonly Finding[], style: Pick<Screen, 'good' | 'bad' | 'bold'>): string[] {
  const grades = { ok: style.good('ok     '), warning: style.bold('warning'), problem: style.bad('problem') }
  const rows = formatColumns(findings.map(({ subject, text }) => [subject, text]))
  return findings.flatMap(({ grade, wayOut }, i) => [
    `${grades[grade]}  ${rows[i] ?? ''}`,
    ...(wayOut === null ? [] : [`         way out: ${wayOut}`]),
  ])
}
