import type { CheckReport } from '../../../app/host/mod.ts'
import { CHECK_EXIT, type CheckLevel, type MetricFamily, type Sample, formatOpenMetrics } from '../../../core/host/mod.ts'

/** All that is measured, for a collector: docs/formats/metrics.md. */
export function formatMetrics(report: CheckReport): string {
  return formatOpenMetrics([...ofKernel(report), ...ofPatches(report), ...ofTransition(report), ...ofHost(report)])
}

/** When nothing could be found out: what else there would be is absent. */
export const UNKNOWN_METRICS = formatOpenMetrics([checkState('unknown')])

function ofKernel({ status: { kernel, impossible, rebootFor, coverage } }: CheckReport): MetricFamily[] {
  const { release, packageVersion, buildId, machine } = kernel
  const labels = { release, package_version: packageVersion ?? '', build_id: buildId ?? '', machine }
  return [
    { name: 'kmend_kernel_info', help: 'The running kernel.', samples: [{ labels, value: 1 }] },
    { name: 'kmend_possible', help: 'Whether live patches can be applied on this boot.', samples: one(impossible.length === 0) },
    {
      name: 'kmend_newer_kernel_installed',
      help: 'Whether a newer kernel of the same flavour is installed.',
      samples: one(rebootFor !== null),
    },
    {
      name: 'kmend_coverage_end_timestamp_seconds',
      unit: 'seconds',
      help: 'Begin of the last day on which the running kernel gets live patches; absent when it is not known.',
      samples: coverage.kind === 'unknown' ? [] : [{ value: Date.parse(coverage.until) / 1000 }],
    },
  ]
}

function ofPatches({ status: { patches, fixes }, kept }: CheckReport): MetricFamily[] {
  const info = patches.map(({ name, ours }) => ({
    labels: {
      patch: name,
      version: ours === null ? '' : String(ours.version),
      standing: ours?.standing ?? '',
      package: ours?.package ?? '',
    },
    value: 1,
  }))
  const each = (valueOf: (patch: (typeof patches)[number]) => number): Sample[] =>
    patches.map((patch) => ({ labels: { patch: patch.name }, value: valueOf(patch) }))
  return [
    {
      name: 'kmend_patch_info',
      help: 'A live patch that is loaded; version and standing are empty when kmend did not apply it.',
      samples: info,
    },
    { name: 'kmend_patch_enabled', help: 'Whether the live patch is enabled.', samples: each(({ isEnabled }) => Number(isEnabled)) },
    {
      name: 'kmend_patch_functions',
      help: 'Functions that the live patch replaces.',
      samples: each(({ objects }) => objects.flatMap(({ functions }) => functions).length),
    },
    { name: 'kmend_fixed_cves', help: 'CVEs that the live patches in force fix.', samples: [{ value: fixes.cves.length }] },
    {
      name: 'kmend_kept_patches',
      help: 'Live patches that this host keeps for the running kernel, by standing.',
      samples: Object.entries(kept ?? {}).map(([standing, value]) => ({ labels: { standing }, value })),
    },
  ]
}

function ofTransition({ status: { state }, deadlineMs }: CheckReport): MetricFamily[] {
  const forMs = state.kind === 'ready' ? 0 : state.forMs
  const tasks = state.kind === 'ready' ? 0 : state.tasks
  return [
    { name: 'kmend_transition', help: 'Whether a transition is under way.', samples: one(state.kind === 'in_progress') },
    {
      name: 'kmend_transition_duration_seconds',
      unit: 'seconds',
      help: 'How long the transition has been under way.',
      samples: forMs === null ? [] : [{ value: forMs / 1000 }],
    },
    {
      name: 'kmend_transition_deadline_seconds',
      unit: 'seconds',
      help: 'After how long the policy calls a transition late.',
      samples: [{ value: deadlineMs / 1000 }],
    },
    { name: 'kmend_transition_tasks', help: 'Tasks that the transition waits for.', samples: tasks === null ? [] : [{ value: tasks }] },
  ]
}

function ofHost({ status: { interrupted, lastRound }, check, kept }: CheckReport): MetricFamily[] {
  return [
    {
      name: 'kmend_interrupted',
      help: 'Whether an act was cut short and waits to be brought to its end.',
      samples: kept === undefined ? [] : one(interrupted !== null),
    },
    {
      name: 'kmend_agent_last_round_timestamp_seconds',
      unit: 'seconds',
      help: 'When the agent last ran on this boot.',
      samples: lastRound === null ? [] : [{ value: lastRound.atMs / 1000 }],
    },
    {
      name: 'kmend_agent_last_round_success',
      help: 'Whether the last round of the agent came to its end.',
      samples: lastRound === null ? [] : one(lastRound.error === null),
    },
    checkState(check.level),
  ]
}

function checkState(level: CheckLevel): MetricFamily {
  return {
    name: 'kmend_check_state',
    help: 'What kmend check says: 0 ok, 1 warning, 2 critical, 3 unknown.',
    samples: [{ value: CHECK_EXIT[level] }],
  }
}

function one(isSo: boolean): Sample[] {
  return [{ value: Number(isSo) }]
}
