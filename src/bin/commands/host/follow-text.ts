import type { FollowReport, FollowingReport, UpdatesReport } from '../../../app/host/mod.ts'
import { faultToJson } from '../../../core/base/mod.ts'
import { formatDecision } from '../../../core/host/mod.ts'
import type { Screen } from '../../screen.ts'
import { outcomeToJson } from './outcome-text.ts'

type Style = Pick<Screen, 'bold' | 'dim' | 'good' | 'bad'>
type Known = Omit<FollowingReport, 'followed'>

/** What is known of a repository that is followed, as rows of a name and a text. */
export function knownRows({ checkedMs, validUntilMs, error, plan }: Known, { bad }: Pick<Style, 'bad'>): string[][] {
  const { act } = plan
  const until = act.kind === 'wait' && act.untilMs !== null ? `, until ${minute(act.untilMs)}` : ''
  return [
    [
      'checked',
      checkedMs === null ? 'never' : `${minute(checkedMs)}${validUntilMs === null ? '' : `; good until ${minute(validUntilMs)}`}`,
    ],
    ...(error === null ? [] : [['last check', bad(error.split('\n')[0] ?? '')]]),
    ['next', `${formatDecision(act)}${until}`],
  ]
}

/** Each offer, the newest first, and what is to be said of it. */
export function offerRows({ plan }: Pick<Known, 'plan'>, { bold, dim }: Pick<Style, 'bold' | 'dim'>): string[][] {
  return plan.offers.map(({ offer, verdict }) => {
    const { cvss, knownExploited } = offer.urgency
    const urgency = `${cvss === null ? 'no score' : `CVSS ${cvss.toFixed(1)}`}${knownExploited ? ', known to be exploited' : ''}`
    return [bold(offer.name), `version ${offer.version}, ${offer.kind}, ${urgency}: ${verdict} ${dim(`(${offer.title})`)}`]
  })
}

/** What is not fixed, the worst first. */
export function fixRows(fixes: UpdatesReport['fixes'], { bold, bad }: Pick<Style, 'bold' | 'bad'>): string[][] {
  return fixes.map(({ id, title, score, isKnownExploited, way }) => [
    bold(id),
    `${score === null ? 'no score' : score.toFixed(1)}${isKnownExploited ? bad(' exploited') : ''}`,
    way,
    title,
  ])
}

export function followedToJson(report: FollowReport | null): unknown {
  if (report === null) return null
  const { plan, outcome, faults } = report
  return {
    plan,
    outcome: outcome === null ? null : outcomeToJson(outcome),
    faults: faults.map((fault) => faultToJson(fault)['error']),
  }
}

function minute(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
}
