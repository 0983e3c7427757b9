import { Fault, bytesFromLatin1, indexOfBytes, latin1FromBytes } from '../../core/base/mod.ts'
import { readElf } from '../../core/elf/mod.ts'
import { readBuildId } from '../../core/kernel/mod.ts'
import type { KernelJob } from './job.ts'
import type { KernelPorts } from './ports.ts'

/** vmlinuz, the vmlinux inside it, its configuration and its modules. Faults: kernel/image, kernel/mismatch. */
export async function prepareImage({ release, offer, paths, unpacked }: KernelJob, ports: KernelPorts): Promise<void> {
  const image = await ports.files.readBytes(`${unpacked}/boot/vmlinuz-${release.release}`)
  const vmlinux = await ports.unpack.image(image, paths.vmlinuz)
  const buildId = readBuildId(readElf(vmlinux, paths.vmlinux))
  if (buildId === undefined)
    throw new Fault('kernel/image', 'Cannot tell this kernel from others: it has no GNU build-id', { in: paths.vmlinux })
  const kernelCompiler = checkBanner(vmlinux, { release: release.release, version: offer.version, file: paths.vmlinux })
  await ports.files.write(paths.vmlinuz, image)
  await ports.files.write(paths.vmlinux, vmlinux)
  await ports.files.copy(`${unpacked}/boot/config-${release.release}`, paths.config)
  const modules = `lib/modules/${release.release}`
  const folder = (await ports.files.exists(`${unpacked}/${modules}/kernel`)) ? modules : `usr/${modules}`
  await ports.files.copy(`${unpacked}/${folder}`, paths.modules)
  await ports.files.write(`${paths.folder}/image.json`, JSON.stringify({ buildId, kernelCompiler }))
}

const BANNER = /^Linux version (\S+) \([^)]*\) \((.*)\) #.*?(?:Debian (\S+))? \(/

/** The kernel's own word on which release, package version and compiler it is. Returns the compiler. */
function checkBanner(vmlinux: Uint8Array, wanted: { readonly release: string; readonly version: string; readonly file: string }): string {
  const at = indexOfBytes(vmlinux, bytesFromLatin1('Linux version '))
  const text = at < 0 ? '' : latin1FromBytes(vmlinux.subarray(at, at + 512)).split('\n')[0]
  const [, release = '', compiler = '', version = ''] = BANNER.exec(text ?? '') ?? []
  if (release !== wanted.release || (version !== '' && version !== wanted.version)) {
    throw new Fault(
      'kernel/mismatch',
      `Cannot use this image: it is ${release || 'unnamed'} ${version}, its package is ${wanted.release} ${wanted.version}`,
      {
        in: wanted.file,
      },
    )
  }
  return compiler
}
