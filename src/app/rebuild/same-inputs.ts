import { Fault } from '../../core/base/mod.ts'
import type { Manifest } from '../../core/bundle/mod.ts'
import { parseRelease } from '../../core/kernel/mod.ts'
import { type BuildKernel, openBuildKernel, toolsOf } from '../build/mod.ts'
import { addKernel, cachedReleases } from '../kernel/mod.ts'
import type { RebuildPorts } from './ports.ts'

type Named = Manifest['inputs']['packages'][number]

/**
 * The kernel of exactly the packages that a live patch was built with. It is put into the cache if it is not there. Faults: bundle/inputs, kernel/release, and
 * those of adding a kernel.
 */
export async function openSameKernel({ kernel: { release }, inputs }: Manifest, ports: RebuildPorts): Promise<BuildKernel> {
  const wanted = parseRelease(release)
  const isCached = (await cachedReleases(ports)).includes(wanted.release)
  if (!isCached) await addKernel(wanted, { ...ports, archive: { ...ports.archive, list: () => listExactly(inputs.packages, ports) } })
  const kernel = await openBuildKernel(wanted.release, ports)
  const others = inputs.packages.filter((one) => !kernel.target.packages.some((cached) => isSame(one, cached)))
  if (others.length === 0) return kernel
  throw new Fault(
    'bundle/inputs',
    `Cannot build this bundle again: the cache has ${wanted.release} of other packages than these:${list(others.map(shown))}`,
    {
      in: kernel.paths.folder,
      try: `kmend kernel remove ${wanted.release}, then the same command again; or set KMEND_HOME to another folder`,
    },
  )
}

/** Of what the archive offers, those packages alone. */
async function listExactly(wanted: readonly Named[], { archive }: RebuildPorts) {
  const index = await archive.list()
  const missing = wanted.filter((one) => !index.some((offered) => isSame(one, offered)))
  if (missing.length > 0) {
    throw new Fault(
      'bundle/inputs',
      `Cannot build this bundle again: the package archive does not offer these:${list(missing.map(shown))}`,
      {
        try: 'give apt a source that has them: a mirror that keeps old packages, or snapshot.debian.org of the day on which it was built',
      },
    )
  }
  return index.filter((offered) => wanted.some((one) => isSame(one, offered)))
}

function isSame(one: Named, other: Named): boolean {
  return one.name === other.name && one.version === other.version && one.sha256 === other.sha256
}

function shown({ name, version, sha256 }: Named): string {
  return `${name} ${version} (sha256 ${sha256})`
}

/** The programs, and the kmend, that it was built with and that are others here. */
export async function otherTools({ inputs }: Manifest, kernel: BuildKernel, ports: RebuildPorts): Promise<string[]> {
  const here = await toolsOf(kernel, ports)
  const tools = inputs.tools.flatMap(({ name, version, sha256 }) => {
    const found = here.find((tool) => tool.name === name)
    if (found?.sha256 === sha256) return []
    const what = [name, version].filter((text) => text !== '').join(' ')
    return [`${what} (sha256 ${sha256}); here is ${found === undefined ? 'none' : `${found.version} (sha256 ${found.sha256})`}`]
  })
  return inputs.kmend === ports.version ? tools : [...tools, `kmend ${inputs.kmend}; here is ${ports.version}`]
}

/** Faults: bundle/inputs. */
export function refuseOtherTools(others: readonly string[]): void {
  if (others.length === 0) return
  throw new Fault('bundle/inputs', `Cannot build this bundle again with the tools that it was built with:${list(others)}`, {
    try: 'install those versions, or build with --other-tools: the module may be the same all the same',
  })
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `\n  - ${line}`).join('')
}
