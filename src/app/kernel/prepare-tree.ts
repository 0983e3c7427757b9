import { Fault } from '../../core/base/mod.ts'
import type { KernelJob } from './job.ts'
import type { KernelPorts } from './ports.ts'

/** The source tree made ready to compile single units. Faults: kernel/mismatch when its headers are not those the kernel was built with. */
export async function prepareTree({ release, offer, paths, unpacked }: KernelJob, ports: KernelPorts): Promise<void> {
  const nameOf = (role: string) => offer.packages.find((entry) => entry.role === role)?.package.name ?? ''
  const common = `${unpacked}/usr/src/${nameOf('common')}`
  for (const part of ['include', 'arch/x86']) {
    const differing = await ports.tree.differing(`${paths.tree}/${part}`, `${common}/${part}`)
    if (differing.length > 0) throw mismatch(release.release, part, differing)
  }
  await ports.tree.lay({
    tree: paths.tree,
    headers: `${unpacked}/usr/src/${nameOf('headers')}`,
    kbuild: `${unpacked}/usr/lib/${nameOf('kbuild')}`,
  })
  await ports.files.copy(`${paths.tree}/Module.symvers`, paths.symvers)
}

function mismatch(release: string, part: string, differing: readonly string[]): Fault {
  const shown = differing.slice(0, 3).map((path) => `${part}/${path}`)
  return new Fault(
    'kernel/mismatch',
    `Cannot build for ${release} from this source: ${differing.length} headers are not those the kernel was built with (${shown.join(', ')}${differing.length > 3 ? ', …' : ''})`,
    { try: "fetch the source package of exactly the image's version" },
  )
}
