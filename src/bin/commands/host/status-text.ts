import type { HostPatch, HostStatus } from '../../../app/host/mod.ts'
import { type Coverage, type PastTrouble, noticeOf } from '../../../core/host/mod.ts'
import { formatColumns } from '../../columns.ts'
import type { Screen } from '../../screen.ts'
import { knownRows } from './follow-text.ts'
import { duration } from './outcome-text.ts'

type Style = Pick<Screen, 'bold' | 'dim' | 'good' | 'bad'>

/** A host's live patching on one screen. */
export function formatStatus(status: HostStatus, style: Style): string[] {
  const { kernel, patches, waiting } = status
  const rows = [
    [
      'kernel',
      `${style.bold(kernel.release)}  ${style.dim([kernel.packageVersion, `build ${kernel.buildId?.slice(0, 12) ?? 'unknown'}`].filter((part) => part !== null).join(', '))}`,
    ],
    ['state', stateText(status, style)],
    ...patches.flatMap((patch) => patchRows(patch, style)),
    ...(patches.length === 0 ? [['in force', 'no live patch: this kernel runs its own code']] : []),
    ['fixes', fixesText(status)],
    ...(status.level === null ? [] : [['level', `the fixes of ${status.level}, as far as they can be live`]]),
    ...waiting.map(({ name, version, why }) => ['kept', `${name}, version ${version}: ${why}`]),
    ['coverage', coverageText(status.coverage, style)],
    ...noticeRows(status, style),
    ['reboot', rebootText(status)],
    ['agent', roundText(status, style)],
    ...followingRows(status, style),
    ...(status.lastError === null ? [] : [['last error', errorText(status.lastError, style)]]),
    ...(status.interrupted === null
      ? []
      : [['interrupted', `an act on ${status.interrupted} was cut short: the next change, or kmend agent, ends it`]]),
  ]
  return formatColumns(rows)
}

function stateText({ impossible, state }: HostStatus, { good, bad }: Style): string {
  if (impossible.length > 0) return bad(`live patching is impossible here: ${impossible.join('; ')}`)
  if (state.kind === 'ready') return good('ready')
  const since = state.forMs === null ? '' : `, for ${duration(state.forMs)}`
  const tasks = state.tasks === null ? '' : `, ${state.tasks} ${state.tasks === 1 ? 'task' : 'tasks'} to go`
  return `in_progress: ${state.patch} is ${state.toward === 'patched' ? 'going in' : 'coming out'}${since}${tasks}`
}

function patchRows(patch: HostPatch, { bold, bad }: Style): string[][] {
  const functions = patch.objects.reduce((sum, object) => sum + object.functions.length, 0)
  const count = `${functions} ${functions === 1 ? 'function' : 'functions'}`
  if (patch.ours === null) return [['loaded', `${bold(patch.name)}, ${count}, not applied by kmend`]]
  const { version, standing, sinceMs, retracted, retractionAccepted } = patch.ours
  const lead = patch.isEnabled ? 'in force' : 'disabled'
  const accepted = retractionAccepted === null ? '' : `; accepted here all the same: ${retractionAccepted}`
  const takenBack = retracted === null ? '' : bad(`, taken back by its publisher: ${retracted}${accepted}`)
  return [
    [
      lead,
      `${bold(patch.name)}${version === 0 ? '' : `, version ${version}`}, ${count}, ${standing === 'trial' ? 'on trial' : standing} since ${date(sinceMs)}${takenBack}`,
    ],
  ]
}

function fixesText({ fixes }: HostStatus): string {
  const all = [...fixes.cves, ...fixes.bugs]
  if (all.length === 0) return 'none'
  return `${all.slice(0, 6).join(' ')}${all.length > 6 ? ` and ${all.length - 6} more: kmend patches -v` : ''}`
}

/** Until when a kernel gets live patches. */
export function coverageText(coverage: Coverage, { bad }: Pick<Style, 'bad'>): string {
  if (coverage.kind === 'unknown') return 'not known'
  if (coverage.kind === 'ended') return bad(`ended on ${coverage.until}: update the kernel and reboot`)
  const { until, daysLeft } = coverage
  return `until ${until}, ${daysLeft === 0 ? 'the last day' : daysLeft === 1 ? '1 day left' : `${daysLeft} days left`}`
}

/** One that has ended says so already. */
function noticeRows({ coverage, coveredLonger }: HostStatus, { bad }: Style): string[][] {
  const notice = coverage.kind === 'ended' && coveredLonger.length === 0 ? undefined : noticeOf(coverage, coveredLonger)
  return notice === undefined ? [] : [['notice', bad(notice.text)]]
}

function rebootText({ rebootFor, kernel }: HostStatus): string {
  if (rebootFor === null) return 'no newer kernel is installed'
  const { release, packageVersion } = rebootFor
  const what = release === kernel.release ? `a newer build of ${release}` : release
  return `${what}${packageVersion === null ? '' : ` (${packageVersion})`} is installed: reboot when it suits`
}

function roundText({ lastRound }: HostStatus, { bad }: Style): string {
  if (lastRound === null) return 'has not run on this boot'
  return `last ran ${date(lastRound.atMs)}${lastRound.error === null ? '' : bad(`, and failed: ${firstLine(lastRound.error)}`)}`
}

function followingRows({ following }: HostStatus, style: Style): string[][] {
  if (following === null) return []
  const { url, tier, isCarried, witnesses, known } = following
  const seen = witnesses === null ? '' : `, what ${witnesses.atLeast} of ${witnesses.keys.length} witnesses have seen`
  const head = ['follows', `${url}, tier ${tier}${isCarried ? ', a carried copy' : ''}${seen}`]
  return known === null ? [head] : [head, ...knownRows(known, style)]
}

function errorText({ time, act, patch, outcome, said }: PastTrouble, { bad }: Style): string {
  const what = [time.slice(0, 16).replace('T', ' '), act, patch].filter((part) => part !== null).join(' ')
  return `${what}: ${bad(outcome)}${said === '' ? '' : `: ${firstLine(said)}`}`
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? ''
}

export function date(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
}

/** Every loaded live patch; with all that is known when verbose. */
export function formatPatches(patches: readonly HostPatch[], isVerbose: boolean, style: Style): string[] {
  if (patches.length === 0) return ['no live patch is loaded']
  return patches.flatMap((patch) => {
    const state = patch.isInTransition ? 'in transition' : patch.isEnabled ? style.good('active') : 'disabled'
    const head = `${style.bold(patch.name)}  ${state}${patch.ours === null ? '  (not applied by kmend)' : `  ${patch.ours.version === 0 ? 'no version' : `version ${patch.ours.version}`}, ${patch.ours.standing}`}`
    if (!isVerbose) return [head]
    const told = Object.entries(patch.modinfo).map(([key, value]) => [`  ${key}`, value])
    const rows = [
      ['  package', patch.ours?.package ?? '(none)'],
      ['  CVEs', patch.cves.join(' ') || '(none)'],
      ['  defects', patch.bugs.join(' ') || '(none)'],
      ...told,
      ...patch.objects.map((object) => [
        `  ${object.name}${object.isPatched ? '' : ' (not loaded)'}`,
        object.functions.map((func) => func.replace(/,1$/, '')).join(' '),
      ]),
    ]
    return [head, ...formatColumns(rows)]
  })
}
