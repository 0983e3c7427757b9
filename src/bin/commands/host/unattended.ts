import type { Command } from 'commander'
import { listImageModules, noteShutdown, restoreAtBoot, runAgent } from '../../../app/host/mod.ts'
import { EXIT, formatFault } from '../../../core/base/mod.ts'
import { makeHostPorts } from '../../ports/host-ports.ts'
import { makeScreen } from '../../screen.ts'
import { followedToJson } from './follow-text.ts'
import { exitOf, formatOutcome, outcomeToJson } from './outcome-text.ts'

/** What systemd runs: `agent` by a timer, `boot restore` early at boot, `boot note-shutdown` at its end. */
export function addUnattendedCommands(program: Command): void {
  program
    .command('agent')
    .option('--json', 'print for machines')
    .description(
      'one unattended round: end what was cut short, judge what is on trial, apply what a package has brought, or the repository that this host follows',
    )
    .action(agent)
  const boot = program.command('boot').description('what the units of systemd run at boot and shutdown')
  boot
    .command('restore')
    .description('judge how the last boot ended, and bring back the live patch that is accepted for this kernel')
    .action(restore)
  boot
    .command('note-shutdown')
    .description('note that this boot ends as it should')
    .action(() => noteShutdown(makeHostPorts(makeScreen().progress)))
  boot
    .command('modules')
    .requiredOption('--kernel <release>', 'the kernel that the initial RAM disk is for')
    .option('--json', 'print for machines')
    .description('what the initial RAM disk of a kernel is to hold, for its hook: digest and path of each module, as sha256sum prints them')
    .action(modules)
}

async function modules({ kernel, json }: { readonly kernel: string; readonly json?: true }): Promise<void> {
  const screen = makeScreen()
  const found = await listImageModules(kernel, makeHostPorts(screen.progress)).finally(screen.settle)
  if (json === true) return screen.line(JSON.stringify(found, null, 2))
  for (const { path, fileSha256 } of found) screen.line(`${fileSha256}  ${path}`)
}

async function agent({ json }: { readonly json?: true }): Promise<void> {
  const screen = makeScreen()
  const report = await runAgent(makeHostPorts(screen.progress)).finally(screen.settle)
  if (report.acts.some(({ act }) => act === 'quarantined')) process.exitCode = EXIT.refused
  const { acts, applied, followed, images, announced } = report
  const outcomes = [applied, followed?.outcome ?? null].filter((outcome) => outcome !== null)
  const exits = [...outcomes.map((outcome) => exitOf(outcome)), ...(followed?.faults ?? []).map(({ exit }) => exit)]
  process.exitCode = Math.max(Number(process.exitCode ?? 0), ...exits)
  if (json === true)
    return screen.line(
      JSON.stringify(
        { acts, applied: applied === null ? null : outcomeToJson(applied), followed: followedToJson(followed), images, announced },
        null,
        2,
      ),
    )
  for (const { name, act, findings } of acts) screen.line(`${act}  ${name}${findings.map((finding) => `\n  ${finding}`).join('')}`)
  for (const line of outcomes.flatMap((outcome) => formatOutcome(outcome, screen))) screen.line(line)
  for (const line of (followed?.faults ?? []).flatMap((fault) => formatFault(fault).split('\n'))) screen.line(line)
  for (const { release, patches, said } of images) {
    const held = patches.length === 0 ? 'no live patch' : patches.join(', ')
    screen.line(said === null ? `image  ${release}: holds ${held}` : `image  ${release}: not made anew, to hold ${held}: ${said}`)
  }
  if (announced !== null) screen.line(`announced  ${announced}`)
}

async function restore(): Promise<void> {
  const screen = makeScreen()
  const { events, restored } = await restoreAtBoot(makeHostPorts(screen.progress)).finally(screen.settle)
  for (const { name, kind, text } of events) screen.line(`${kind}  ${name}: ${text}`)
  if (restored.length === 0) return screen.line('no live patch comes back: none is accepted for this kernel, or kmend.mode forbids it')
  for (const outcome of restored) {
    for (const line of formatOutcome(outcome, screen)) screen.line(line)
    if (outcome.kind !== 'unchanged') process.exitCode = Math.max(Number(process.exitCode ?? 0), exitOf(outcome))
  }
}
