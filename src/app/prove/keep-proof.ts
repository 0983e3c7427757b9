import { formatProof, makeProof } from '../../core/bundle/mod.ts'
import type { KernelTarget } from '../../core/kernel/mod.ts'
import type { ProvePorts } from './ports.ts'
import type { Probe } from './probe.ts'
import type { ProveReport } from './report.ts'
import type { Subject } from './subject.ts'

/** What was proved is no longer, until it is proved again. */
export async function removeProof({ proofPath }: Subject, { files }: Pick<ProvePorts, 'files'>): Promise<void> {
  if (proofPath !== undefined) await files.remove(proofPath)
}

export interface Proved {
  readonly subjects: readonly Subject[]
  readonly probes: readonly Probe[]
  readonly target: KernelTarget
  readonly report: ProveReport
}

/** Writes what was seen beside the last live patch, good or bad: the others were there for it to replace. */
export async function keepProof({ subjects, probes, target, report }: Proved, { files, digest }: ProvePorts): Promise<void> {
  const subject = subjects.at(-1)
  if (subject?.manifest === undefined || subject.proofPath === undefined) return
  const images = target.packages.filter(({ role }) => role === 'image')
  const { release, buildId, emulator, bootMs } = report
  const proof = makeProof(subject.manifest, {
    configuration: [
      ...images.map(({ name, version, sha256 }) => ({ name, digest: { sha256 }, annotations: { version, buildId } })),
      ...subjects.slice(0, -1).map(({ name, bytes }) => ({ name, digest: { sha256: digest(bytes) } })),
      ...probes.map(({ name, content }) => ({ name, digest: { sha256: digest(content) } })),
      { name: 'emulator', annotations: { version: emulator } },
    ],
    failedTests: report.findings,
    warnedTests: report.absent.map(
      ({ name, said }) => `${name} was not loaded in the virtual machine, so that its part only waited: ${said}`,
    ),
    detail: {
      release,
      buildId,
      emulator,
      bootMs,
      patches: report.patches.map(({ revertMs = null, ...patch }) => ({ ...patch, revertMs })),
      probes: report.probes.map(({ probe, phase, code, stdout }) => ({ probe, phase, code, stdout })),
    },
  })
  await files.write(subject.proofPath, formatProof(proof))
}
