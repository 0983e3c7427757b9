import type { HostOutcome } from '../../../app/host/mod.ts'
import { EXIT, type Fault, faultToJson, formatFault } from '../../../core/base/mod.ts'
import type { Screen } from '../../screen.ts'
import { formatBlocking } from './blocking-text.ts'

type Style = Pick<Screen, 'bold' | 'dim' | 'good' | 'bad'>

/** What came of an act, for a person. */
export function formatOutcome(outcome: HostOutcome, style: Style): string[] {
  switch (outcome.kind) {
    case 'applied':
      return [
        `${style.good('applied')}  ${style.bold(outcome.name)}${outcome.version === null || outcome.version === 0 ? '' : `, version ${outcome.version}`}, in ${seconds(outcome.transitionMs)}`,
        ...outcome.functions.map((func) => `  ${func.replace(':', '  ').replace(/,\d+$/, '')}`),
        ...(outcome.replaced.length === 0 ? [] : [`  in place of ${outcome.replaced.join(', ')}`]),
        ...(outcome.trialMs === null
          ? []
          : [`  on trial: after ${duration(outcome.trialMs)} without trouble it is accepted, and comes back at boot`]),
        ...outcome.notes.map((note) => `  note: ${note}`),
      ]
    case 'removed':
      return [
        `${style.good('removed')}  ${style.bold(outcome.name)}, in ${seconds(outcome.transitionMs)}`,
        ...(outcome.isInMemory ? ['  its module does nothing any more, and stays in memory until the next boot'] : []),
        ...outcome.notes.map((note) => `  note: ${note}`),
      ]
    case 'unchanged':
      return [`${style.dim('unchanged')}  ${outcome.text}`]
    case 'refused':
      return outcome.faults.flatMap((fault) => formatFault(fault).split('\n'))
    case 'undone':
      return [
        `${style.bad('undone')}  ${style.bold(outcome.name)} went in, was not as it must be, and was taken back`,
        ...outcome.findings.map((finding) => `  ${style.bad('finding')}  ${finding}`),
        `  ${outcome.now === null ? 'no live patch of ours is in force now' : `${outcome.now} is in force again`}; ${outcome.name} is in quarantine`,
        ...outcome.notes.map((note) => `  note: ${note}`),
      ]
    case 'stalled':
      return [
        `${style.bad('stalled')}  ${style.bold(outcome.name)}: the transition has not ended after ${seconds(outcome.ms)}${STALLED[outcome.left]}`,
        ...formatBlocking(outcome.name, outcome.tasks, 1, style).map((line) => `  ${line}`),
      ]
  }
}

const STALLED = {
  waiting: '; it goes on',
  reversed: ', and was reversed: all is as it was',
  'reverse-stalled': '; it is being reversed, and that has not ended either',
} as const

export function outcomeToJson(outcome: HostOutcome): unknown {
  return outcome.kind === 'refused' ? { ...outcome, faults: outcome.faults.map((fault) => faultToJson(fault)['error']) } : outcome
}

/** Exit code of an outcome; of several faults the gravest: bad input, then what is not trusted, then what is refused. */
export function exitOf(outcome: HostOutcome): number {
  switch (outcome.kind) {
    case 'applied':
    case 'removed':
      return EXIT.done
    case 'unchanged':
      return EXIT.unchanged
    case 'undone':
      return EXIT.refused
    case 'stalled':
      return EXIT.stalled
    case 'refused': {
      const exits: number[] = outcome.faults.map((fault: Fault) => fault.exit)
      return (
        [EXIT.malformed, EXIT.environment, EXIT.untrusted, EXIT.refused].find((code) => exits.includes(code)) ?? exits[0] ?? EXIT.refused
      )
    }
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

/** `90 s`, `15 min`, `2 h`, `3 d`. */
export function duration(ms: number): string {
  const s = Math.round(ms / 1000)
  if (s < 120) return `${s} s`
  if (s < 7200) return `${Math.round(s / 60)} min`
  return s < 172_800 ? `${Math.round(s / 3600)} h` : `${Math.round(s / 86_400)} d`
}
