import { Fault } from '../../core/base/mod.ts'
import { type KernelRelease, kernelPaths } from '../../core/kernel/mod.ts'
import { build } from '../build/mod.ts'
import { addKernel } from '../kernel/mod.ts'
import { type Attempt, planAttempts } from './attempts.ts'
import { FIXES, type Fixes } from './catalogue.ts'
import { derivePatch } from './derive.ts'
import type { DemoPorts } from './ports.ts'
import { type Shelf, takeStock } from './shelf.ts'
import { type Built, type Shown, show } from './show.ts'
import type { DemoStep, Recorder, StepFacts } from './step.ts'

export interface DemoRequest {
  /** The kernel to patch; the best one when absent. */
  readonly release?: KernelRelease
  readonly fixes?: Fixes
}

export interface DemoReport extends Shown {
  readonly kind: 'proved'
  readonly release: string
  readonly fix: { readonly id: string; readonly title: string; readonly cve: string | undefined; readonly isOurs: boolean }
  /** Patch, module, manifest, every stage of the build and the programs that ran in the guest. */
  readonly folder: string
  readonly steps: readonly DemoStep[]
  readonly ms: number
}

/**
 * The main job on real input: a fix out of two of Debian's source packages becomes a live patch for the older kernel, which is booted, and shows the
 * effect before, not with, and again after the live patch. Faults: demo/no-fix, demo/disproved, and those of its parts.
 */
export async function demo(request: DemoRequest, ports: DemoPorts): Promise<DemoReport> {
  return ports.kernel.withLock(`${ports.home}/locks/demo.lock`, async () => {
    const startMs = ports.nowMs()
    const steps: DemoStep[] = []
    const fixes = request.fixes ?? FIXES
    const shelf = await takeStock(request.release, ports)
    const built = await buildFirst(planAttempts(shelf.kernels, shelf.sources, fixes), { shelf, fixes, record }, ports)
    const shown = await show(built, record, ports)
    const { attempt, folder } = built
    const { id, title } = attempt.fix
    const fix = { id, title, cve: cveOf(attempt), isOurs: attempt.kind === 'own' }
    const ms = Math.round(ports.nowMs() - startMs)
    return { kind: 'proved', release: attempt.kernel.release.release, fix, ...shown, folder, steps, ms }

    function record(): (facts: StepFacts) => void {
      const stepMs = ports.nowMs()
      return (facts) => {
        const step = { ...facts, ms: Math.round(ports.nowMs() - stepMs) }
        steps.push(step)
        ports.onStep(step)
      }
    }
  })
}

interface Means {
  readonly shelf: Shelf
  readonly fixes: Fixes
  readonly record: Recorder
}

/** The first attempt that leads to a live patch. Those that do not are named in the steps. */
async function buildFirst(attempts: readonly Attempt[], means: Means, ports: DemoPorts): Promise<Built> {
  let last: Attempt | undefined
  for (const attempt of attempts) {
    if (attempt.kernel.release.release !== last?.kernel.release.release) await takeKernel(attempt, means.record, ports)
    last = attempt
    const tried = await buildAttempt(attempt, means, ports)
    if (typeof tried !== 'string') return tried
    means.record()({ step: 'passed-over', title: attempt.fix.title, release: attempt.kernel.release.release, why: tried })
  }
  throw new Fault(
    'demo/no-fix',
    'Cannot find a fix to show: no known one lies between the kernels on offer, and our own do not fit their source',
    {
      try: '--kernel RELEASE names another kernel; kmend kernel list shows those on offer',
    },
  )
}

async function takeKernel({ kernel: { release, version } }: Attempt, record: Recorder, ports: DemoPorts): Promise<void> {
  const done = record()
  const wasCached = await ports.files.exists(kernelPaths(ports.home, release.release).target)
  await addKernel(release, ports.kernel)
  done({ step: 'kernel', release: release.release, version, wasCached })
}

/** Text says why an attempt leads nowhere. */
async function buildAttempt(attempt: Attempt, { shelf, fixes, record }: Means, ports: DemoPorts): Promise<Built | string> {
  const { release, version } = attempt.kernel
  const { id, title, path } = attempt.fix
  const folder = `${ports.home}/demo/${release.release}-${id}`
  const patch = `${folder}/fix.patch`

  const derived = record()
  const text = await derivePatch(attempt, { shelf, fixes }, ports)
  if (text === undefined)
    return attempt.kind === 'known' ? `${path} of ${attempt.source.version} does not have it` : `${path} is another one than we know`
  await ports.files.remove(folder) // so that the build is shown as it is from nothing
  await ports.files.write(patch, text)
  const from = attempt.kind === 'known' ? { older: version, newer: attempt.source.version } : undefined
  derived({ step: 'fix', id, title, cve: cveOf(attempt), path, from, patch })

  const made = record()
  const name = `kmend_demo_${id}`
  const patches = [{ file: patch, text }]
  const outcome = await build(
    { patches, release: release.release, name, output: folder, fuzz: 0, allowLayout: [], cves: [], bugs: [] },
    ports,
  )
  if (outcome.kind !== 'built') return `the difference in ${path} cannot be live patched alone`
  const { objects } = outcome.manifest
  made({ step: 'build', name, module: outcome.module, objects })
  return {
    attempt,
    name,
    module: outcome.module,
    targets: objects.map((object) => object.name).filter((object) => object !== 'vmlinux'),
    folder,
  }
}

function cveOf(attempt: Attempt): string | undefined {
  return attempt.kind === 'known' ? attempt.fix.cve : undefined
}
