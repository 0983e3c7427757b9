import { resolve } from 'node:path'
import type { Command } from 'commander'
import {
  type HostOutcome,
  applyPatch,
  downgradePatch,
  forceTransition,
  releasePatch,
  removePatch,
  revertTransition,
  signalTasks,
} from '../../../app/host/mod.ts'
import { makeHostPorts } from '../../ports/host-ports.ts'
import { type Screen, makeScreen } from '../../screen.ts'
import { formatBlocking } from './blocking-text.ts'
import { exitOf, formatOutcome, outcomeToJson } from './outcome-text.ts'

interface Options {
  readonly json?: true
  readonly reason?: string
  readonly replaceOthers?: true
  readonly acceptRetracted?: string
  readonly package?: string
  readonly kernel?: string
}

const CODES =
  '\nExit codes: 0 done, 3 nothing to do, 5 damaged, 6 not possible here, 7 not trusted, 8 refused or undone, 9 stalled, 10 locked.'

/** The commands that change what the kernel runs: apply, remove, downgrade, revert, force, signal, release. */
export function addChangeCommands(program: Command): void {
  program
    .command('apply')
    .argument(
      '<patch>',
      'a bundle (.kmend), the output folder of kmend build, a livepatch module (.ko), or the name of one that this host keeps, or is offered',
    )
    .option('--reason <text>', 'why; it is kept in the history')
    .option('--replace-others', 'take the place of live patches that kmend did not apply')
    .option(
      '--accept-retracted <reason>',
      'where its publisher has taken it back: why this host runs it all the same; for a file, or one that this host keeps',
    )
    .option('--package <name>', 'the package that brings it')
    .option('--json', 'print for machines')
    .description('apply a live patch to the running kernel; undo it when anything is not as it must be')
    .addHelpText(
      'after',
      `\nExamples:\n  kmend apply ./kmend_fix\n  kmend apply kmend_fix --reason 'CVE-2026-12345'\n  kmend apply ./kmend_fix.kmend --accept-retracted 'we have no ext4, where it panics'\n${CODES}`,
    )
    .action(async (patch: string, options: Options) => {
      const wanted = patch.includes('/') ? resolve(patch) : patch
      await change(options, (ports) =>
        applyPatch(
          {
            patch: wanted,
            mayReplaceOthers: options.replaceOthers === true,
            reason: options.reason ?? null,
            package: options.package ?? null,
            acceptRetracted: options.acceptRetracted,
          },
          ports,
        ),
      )
    })
  program
    .command('remove')
    .argument('[name]', 'the live patch (default: the one of kmend that is in force)')
    .option('--kernel <release>', 'of a kernel that does not run now: the live patch does not come back at its boot')
    .option('--reason <text>', 'why; it is kept in the history')
    .option('--json', 'print for machines')
    .description('take a live patch off: the kernel runs its own code again')
    .addHelpText('after', `\nExamples:\n  kmend remove\n  kmend remove kmend_fix --kernel 6.1.0-54-cloud-amd64\n${CODES}`)
    .action(async (name: string | undefined, options: Options) =>
      change(options, (ports) => removePatch({ name, release: options.kernel, reason: options.reason ?? null }, ports)),
    )
  program
    .command('downgrade')
    .option('--reason <text>', 'why; it is kept in the history')
    .option('--json', 'print for machines')
    .description('go back to the version before, which was accepted here')
    .addHelpText('after', CODES)
    .action(async (options: Options) => change(options, (ports) => downgradePatch({ reason: options.reason ?? null }, ports)))
  program
    .command('revert')
    .option('--reason <text>', 'why; it is kept in the history')
    .option('--json', 'print for machines')
    .description('turn the transition that is under way round')
    .addHelpText('after', CODES)
    .action(async (options: Options) => change(options, (ports) => revertTransition(options.reason ?? null, ports)))
  program
    .command('force')
    .requiredOption('--reason <text>', 'why; it is kept in the history')
    .option('--json', 'print for machines')
    .description(
      'end the transition by declaration, though tasks still run old code; a module that comes out in it can then never be removed',
    )
    .action(force)
  program.command('signal').option('--json', 'print for machines').description('wake the tasks that a transition waits for').action(signal)
  program
    .command('release')
    .argument('<name>', 'a live patch in quarantine')
    .requiredOption('--reason <text>', 'what was found out; it is kept in the history')
    .description('take a live patch out of quarantine, so that it may be applied again')
    .action(async (name: string, { reason }: { readonly reason: string }) => {
      const screen = makeScreen()
      await releasePatch(name, reason, makeHostPorts(screen.progress))
      screen.line(`${screen.good('released')}  ${name}: it may be applied again`)
    })
}

async function change(options: Options, act: (ports: ReturnType<typeof makeHostPorts>) => Promise<HostOutcome>): Promise<void> {
  const screen = makeScreen()
  const outcome = await act(makeHostPorts(screen.progress)).finally(screen.settle)
  process.exitCode = exitOf(outcome)
  show(outcome, options, screen)
}

function show(outcome: HostOutcome, { json }: Options, screen: Screen): void {
  if (json === true) return screen.line(JSON.stringify(outcomeToJson(outcome), null, 2))
  for (const line of formatOutcome(outcome, screen)) {
    if (outcome.kind === 'refused') process.stderr.write(`${line}\n`)
    else screen.line(line)
  }
}

async function force({ reason, json }: { readonly reason: string; readonly json?: true }): Promise<void> {
  const screen = makeScreen()
  const { name, tasks, staying } = await forceTransition(reason, makeHostPorts(screen.progress))
  if (json === true) return screen.line(JSON.stringify({ kind: 'forced', name, tasks, staying }, null, 2))
  screen.line(`${screen.bad('forced')}  ${screen.bold(name)}: the kernel takes the transition as ended`)
  if (staying === null)
    screen.line('Modules of live patches that it replaces can never be removed without a reboot: their code may still run.')
  for (const module of staying ?? []) screen.line(`The module ${module} can never be removed without a reboot: its code may still run.`)
  if (tasks.length > 0) screen.line('These tasks still ran old code:')
  for (const line of formatBlocking(name, tasks, 1, screen)) screen.line(`  ${line}`)
}

async function signal({ json }: { readonly json?: true }): Promise<void> {
  const screen = makeScreen()
  const { name, poked, left } = await signalTasks(makeHostPorts(screen.progress))
  if (json === true) return screen.line(JSON.stringify({ kind: 'signalled', name, poked, left }, null, 2))
  screen.line(`woken: ${poked.length === 0 ? 'none' : poked.map((task) => `${task.name} (${task.tid})`).join(', ')}`)
  if (left.length > 0)
    screen.line(`left alone, because they are kernel threads or process 1: ${left.map((task) => `${task.name} (${task.tid})`).join(', ')}`)
}
