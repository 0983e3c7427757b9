import { type Envelope, parseManifest } from '../../core/bundle/mod.ts'
import { Fault } from '../../core/base/mod.ts'
import {
  type FixingPatch,
  type KernelFacts,
  type OpenVex,
  type PatchRecord,
  attestVex,
  checkApplied,
  composeVex,
  findPatch,
  packageVersionIn,
} from '../../core/host/mod.ts'
import { readRecord } from './host-store.ts'
import { patchFolder } from './paths.ts'
import type { HostPorts } from './ports.ts'
import { readKernel } from './read-kernel.ts'

export interface VexWish {
  /** Who says it; the host itself when not given. */
  readonly author: string | undefined
  readonly tooling: string
}

/**
 * The CVEs that are fixed in memory although the kernel's package has another version: those of live patches in force, and nothing else. Undefined when there
 * are none. Faults: host/not-root, host/no-package, host/state, build/manifest.
 */
export async function stateFixes({ author, tooling }: VexWish, ports: HostPorts): Promise<OpenVex | undefined> {
  const { system, actor, packageOf, digest, nowMs } = ports
  if (actor.uid !== 0)
    throw new Fault('host/not-root', 'Cannot tell what the live patches of this host fix: only root may read its record', {
      try: 'run the same command with sudo',
    })
  const facts = readKernel(system)
  const patches = await patchesInForce(facts, ports)
  if (patches.every(({ cves }) => cves.length === 0)) return undefined
  const image = imageOf(facts.release)
  const kernelPackage = await packageOf(image)
  if (kernelPackage === undefined) {
    throw new Fault('host/no-package', 'Cannot say which package the fixes are for: none owns the image of the running kernel', {
      in: image,
      try: 'a scanner reports packages, by name and version: without one there is nothing that it could leave out',
    })
  }
  const running = packageVersionIn(facts.version)
  if (running !== undefined && running !== kernelPackage.version) {
    throw new Fault(
      'host/no-package',
      `Cannot say which package the fixes are for: ${kernelPackage.version} is installed, and ${running} runs`,
      {
        in: image,
        try: 'reboot into the kernel that is installed; live patches of the one that runs fix nothing in that',
      },
    )
  }
  const host = system.read('/proc/sys/kernel/hostname')?.trim() ?? 'this host'
  return composeVex({
    host,
    author: author ?? `kmend on ${host}`,
    nowMs: nowMs(),
    tooling,
    release: facts.release,
    buildId: facts.buildId ?? 'unknown',
    packages: [kernelPackage],
    patches,
    digest,
  })
}

/** The same, signed with the key of a file: an attestation in an envelope. Faults: those of `stateFixes`, io/missing, key/unusable. */
export async function signFixes(wish: VexWish, keyFile: string, ports: HostPorts): Promise<Envelope | undefined> {
  const document = await stateFixes(wish, ports)
  if (document === undefined) return undefined
  const image = await ports.files.readBytes(imageOf(readKernel(ports.system).release))
  return ports.seal('application/vnd.in-toto+json', JSON.stringify(attestVex(document, ports.digest(image))), keyFile)
}

function imageOf(release: string): string {
  return `/boot/vmlinuz-${release}`
}

/** Those of ours that every task has gone over to, for exactly this build of the kernel, with all that their manifests promise. */
async function patchesInForce(facts: KernelFacts, ports: HostPorts): Promise<FixingPatch[]> {
  const { livepatch, release, buildId } = facts
  if (livepatch === undefined) return []
  const record = await readRecord(ports)
  const settled = livepatch.patches.filter(({ isEnabled, isInTransition }) => isEnabled && !isInTransition)
  const known = settled.flatMap(({ name }) => findPatch(record, { release, name }) ?? [])
  const fixing = await Promise.all(
    known.map(async (patch): Promise<FixingPatch[]> => {
      const manifest = await manifestOf(patch, ports)
      if (manifest === undefined || manifest.kernel.buildId !== buildId || manifest.module.sha256 !== patch.sha256) return []
      const promised = manifest.objects.flatMap(({ name, functions }) =>
        functions.map((func) => `${name}:${func.name},${func.sympos || 1}`),
      )
      if (checkApplied(livepatch, patch.name, promised).length > 0) return []
      return [{ name: patch.name, version: patch.version, sha256: patch.sha256, cves: manifest.fixes.cves }]
    }),
  )
  return fixing.flat()
}

async function manifestOf(patch: PatchRecord, { files }: HostPorts) {
  const path = `${patchFolder(patch)}/manifest.json`
  return (await files.exists(path)) ? parseManifest(await files.readText(path), path) : undefined
}
