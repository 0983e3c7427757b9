import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { cannotRun } from '../../../../test/kit/cannot-run.ts'
import type { CheckReport, HostPatch, HostStatus } from '../../../app/host/mod.ts'
import { formatCheck } from './check-text.ts'
import { UNKNOWN_METRICS, formatMetrics } from './metrics.ts'

const PATCH: HostPatch = {
  name: 'kmend_fix',
  isEnabled: true,
  isInTransition: false,
  ours: { version: 2, standing: 'trial', sinceMs: 0, package: null, retracted: null, retractionAccepted: null },
  cves: ['CVE-2026-1', 'CVE-2026-2'],
  bugs: [],
  objects: [{ name: 'vmlinux', isPatched: true, functions: ['do_fcntl,1'] }],
  modinfo: {},
}
const STATUS: HostStatus = {
  kernel: { release: 'r1', version: '#1 "odd"', packageVersion: '6.1.190-1', buildId: 'b1', machine: 'x86_64' },
  impossible: [],
  state: { kind: 'ready' },
  patches: [PATCH],
  fixes: { cves: PATCH.cves, bugs: [] },
  level: null,
  waiting: [],
  coverage: { kind: 'covered', until: '2027-11-20', daysLeft: 364 },
  coveredLonger: [],
  rebootFor: null,
  following: null,
  interrupted: null,
  lastRound: { atMs: 1_795_230_000_500, error: null },
  lastError: null,
}
const FINE: CheckReport = {
  check: { level: 'ok', findings: [] },
  status: STATUS,
  deadlineMs: 60_000,
  kept: { accepted: 1, trial: 1, kept: 0, quarantined: 0 },
}
const MOVING: CheckReport = {
  ...FINE,
  check: { level: 'critical', findings: [{ level: 'critical', text: 'kmend_fix is in quarantine: log |\n oops' }] },
  status: { ...STATUS, state: { kind: 'in_progress', patch: 'kmend_fix', toward: 'patched', forMs: 61_400, tasks: 2 } },
}
const NOT_ROOT: CheckReport = { ...FINE, check: { level: 'unknown', findings: [] }, status: { ...STATUS, patches: [] }, kept: undefined }

test.each([
  [
    'all is well',
    FINE,
    'OK - kmend_fix version 2 in force, 2 CVEs fixed | patches=1;;;0 functions=1;;;0 cves=2;;;0 quarantined=0;;0;0 transition=0s;;60;0 blocking=0;;;0',
  ],
  [
    'there is a finding',
    MOVING,
    'CRITICAL - kmend_fix is in quarantine: log / oops | patches=1;;;0 functions=1;;;0 cves=2;;;0 quarantined=0;;0;0 transition=61s;;60;0 blocking=2;;;0',
  ],
  [
    'it does not see all',
    NOT_ROOT,
    'UNKNOWN - only root may read what this host keeps; no live patch is in force | patches=0;;;0 functions=0;;;0 cves=2;;;0 transition=0s;;60;0 blocking=0;;;0',
  ],
])('one line for a monitor when %s', (_, report, line) => {
  expect(formatCheck(report)).toBe(line)
})

describe('metrics', () => {
  test('are all there', () => {
    const samples = formatMetrics(MOVING)
      .split('\n')
      .filter((line) => !/^# (TYPE|HELP|UNIT)/.test(line))
    expect(samples).toEqual([
      'kmend_kernel_info{release="r1",package_version="6.1.190-1",build_id="b1",machine="x86_64"} 1',
      'kmend_possible 1',
      'kmend_newer_kernel_installed 0',
      'kmend_coverage_end_timestamp_seconds 1826668800',
      'kmend_patch_info{patch="kmend_fix",version="2",standing="trial",package=""} 1',
      'kmend_patch_enabled{patch="kmend_fix"} 1',
      'kmend_patch_functions{patch="kmend_fix"} 1',
      'kmend_fixed_cves 2',
      'kmend_kept_patches{standing="accepted"} 1',
      'kmend_kept_patches{standing="trial"} 1',
      'kmend_kept_patches{standing="kept"} 0',
      'kmend_kept_patches{standing="quarantined"} 0',
      'kmend_transition 1',
      'kmend_transition_duration_seconds 61.4',
      'kmend_transition_deadline_seconds 60',
      'kmend_transition_tasks 2',
      'kmend_interrupted 0',
      'kmend_agent_last_round_timestamp_seconds 1795230000.5',
      'kmend_agent_last_round_success 1',
      'kmend_check_state 2',
      '# EOF',
      '',
    ])
  })

  test('leave out what only root may know', () => {
    expect(formatMetrics(NOT_ROOT)).not.toMatch(/kept_patches|interrupted|quarantined/)
  })

  test('are read by the parsers of OpenMetrics and of the older text form', (context) => {
    if (!hasParsers()) cannotRun(context, 'the Python package prometheus_client is not there (apt-get install python3-prometheus-client)')
    for (const text of [formatMetrics(MOVING), formatMetrics(NOT_ROOT), UNKNOWN_METRICS]) {
      const families = execFileSync('/usr/bin/python3', ['-c', PARSE], { input: text, encoding: 'utf8' })
      const [first = '', second = ''] = families.trim().split('\n')
      expect(first).toBe(second)
      expect(first).toContain('kmend_check_state')
    }
  })
})

/** Prints what each parser has found, in one form. */
const PARSE = `
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as new
from prometheus_client.parser import text_string_to_metric_families as old
text = sys.stdin.read()
for parse in (new, old):
    print([(f.name, f.type, [(s.name, sorted(s.labels.items()), float(s.value)) for s in f.samples]) for f in parse(text)])
`

function hasParsers(): boolean {
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import prometheus_client.openmetrics.parser'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
