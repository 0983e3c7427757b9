import type { DemoPhase, DemoReport, DemoStep } from '../../app/demo/mod.ts'
import type { Screen } from '../screen.ts'

type Style = Pick<Screen, 'bold' | 'dim' | 'good' | 'bad'>

const WIDTH = 9

/** A step as soon as it has ended: its name, what came of it, how long it took. */
export function formatStep(step: DemoStep, style: Style): string[] {
  const [head = '', ...more] = wordsOf(step, style)
  const indent = ' '.repeat(WIDTH + 4)
  return [`  ${style.bold(nameOf(step).padEnd(WIDTH))}  ${head}  ${style.dim(seconds(step.ms))}`, ...more.map((line) => `${indent}${line}`)]
}

const PHASES: Readonly<Record<DemoPhase, string>> = { before: 'before', with: 'patched', after: 'after' }

function nameOf(step: DemoStep): string {
  return step.step === 'probe' ? PHASES[step.phase] : step.step === 'passed-over' ? 'not' : step.step
}

function wordsOf(step: DemoStep, style: Style): string[] {
  switch (step.step) {
    case 'kernel':
      return [`${step.release} (${step.version})${step.wasCached ? ', in the cache' : ', fetched and prepared'}`]
    case 'passed-over':
      return [`${step.title}: ${step.why}`]
    case 'fix':
      return [
        `${step.cve === undefined ? '' : `${step.cve}: `}${step.title}`,
        step.from === undefined
          ? `a change of our own in ${step.path}: no newer source on offer brings a fix known here`
          : `the difference in ${step.path} from ${step.from.older} to ${step.from.newer}`,
      ]
    case 'build':
      return [
        step.name,
        ...step.objects.flatMap((object) =>
          object.functions.map((func) => `${func.name} in ${object.name}, ${func.oldSizeBytes} to ${func.newSizeBytes} bytes`),
        ),
      ]
    case 'boot':
      return [`a virtual machine, boot id ${step.bootId}`]
    case 'connect':
      return [`one TCP connection inside, carrying numbered messages (pid ${step.pid}, socket ${step.inode})`]
    case 'probe':
      return [
        `${step.verdict === 'fixed' ? style.good('fixed') : style.bad('vulnerable')}: ${step.said}`,
        style.dim(`same boot, up ${step.seen.uptimeSeconds.toFixed(1)} s; same connection, ${step.seen.connection.roundTrips} round trips`),
      ]
    case 'apply':
      return ['loaded, every task runs the new code; nothing was restarted']
    case 'revert':
      return ['disabled and unloaded, every task runs the old code again']
  }
}

/** What was proved. */
export function formatProof(report: DemoReport, style: Style): string[] {
  const { connection, fix } = report
  const what = fix.cve ?? (fix.isOurs ? 'a change of our own' : 'the fix')
  return [
    '',
    `${style.good('proved')}  ${style.bold(what)} on a running ${report.release}, with no reboot, in ${seconds(report.ms)}`,
    '',
    '  The effect was there, was gone with the live patch, and came back without it.',
    `  One boot: id ${report.bootId}, up ${report.uptimeSeconds.toFixed(1)} s at the end.`,
    `  One connection: ${connection.roundTrips} round trips, none lost, the longest pause ${connection.longestPauseMs} ms.`,
    '  The kernel logged no warning. The virtual machine is gone.',
    '',
    `  time    ${timesOf(report.steps)}`,
    `  folder  ${report.folder}`,
  ]
}

function timesOf(steps: readonly DemoStep[]): string {
  return steps.map((step) => `${nameOf(step)} ${(step.ms / 1000).toFixed(1)}`).join(', ')
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
