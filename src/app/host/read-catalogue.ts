import {
  type Followed,
  type Following,
  type KernelChoice,
  coverageOf,
  coveredLonger,
  isEndNear,
  isSameDay,
  kernelChoices,
  noticeOf,
  packageVersionIn,
} from '../../core/host/mod.ts'
import { CATALOGUE, KERNELS_TARGET, parseKernels } from '../../core/trust/mod.ts'
import { readFollowed } from './following-store.ts'
import { readLifecycle } from './lifecycle.ts'
import { PATHS } from './paths.ts'
import type { HostPorts } from './ports.ts'
import { type ReadWish, readElsewhere } from './read-elsewhere.ts'
import { readKernel } from './read-kernel.ts'
import type { NewData } from './take-data.ts'

/** What the repository says of its kernels; undefined where nothing is published yet. Faults: trust/*, fetch/*. */
export async function readCatalogue(followed: Followed, wish: ReadWish, ports: HostPorts): Promise<string | undefined> {
  return readElsewhere(followed, { repository: CATALOGUE, role: 'kernels', target: KERNELS_TARGET }, wish, ports)
}

/**
 * Brings what other kernels there are once the end of this kernel's live patches is near, by the first check of a day: a check that finds nothing new costs
 * no more than it did. `brought` may tell of that end first. Faults: host/lifecycle, trust/*, fetch/*.
 */
export async function takeCatalogue(
  { followed, known, ...wish }: DailyWish,
  brought: readonly NewData[],
  ports: HostPorts,
): Promise<NewData[]> {
  const { release, version } = readKernel(ports.system)
  const { lifecycle } = await readLifecycle(ports, brought)
  const coverage = coverageOf({ release, packageVersion: packageVersionIn(version) }, lifecycle, ports.nowMs())
  const isOfToday = isSameDay(known.checkedMs ?? 0, ports.nowMs()) && (await ports.files.exists(PATHS.kernels))
  if (!isEndNear(coverage) || isOfToday) return []
  const text = await readCatalogue(followed, wish, ports)
  if (text === undefined) return []
  parseKernels(text)
  return [{ path: PATHS.kernels, bytes: new TextEncoder().encode(text) }]
}

/** What is known of the repository tells when it was asked before. */
interface DailyWish extends ReadWish {
  readonly followed: Followed
  readonly known: Pick<Following, 'checkedMs'>
}

/** Kernels on offer that get live patches for longer than the running one, as far as this host was told. Faults: trust/metadata. */
export async function readCoveredLonger(coverage: KernelChoice['coverage'], ports: HostPorts): Promise<KernelChoice[]> {
  const followed = await readFollowed(ports)
  if (followed === undefined || noticeOf(coverage) === undefined || !(await ports.files.exists(PATHS.kernels))) return []
  const listed = parseKernels(await ports.files.readText(PATHS.kernels))
  return coveredLonger(kernelChoices({ listed, tier: followed.tier }, ports.nowMs()), readKernel(ports.system).release, coverage)
}
