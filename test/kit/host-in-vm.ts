import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { CachedKernel } from '../../src/app/kernel/mod.ts'
import type { QemuResult, QemuVm } from '../../src/io/qemu.ts'
import { buildExecutable } from '../../workbench/package/executable.ts'

/** kmend in the small guest: the very executable that hosts get, what it needs there, and the kernel's own image and configuration in /boot. */
export async function hostFiles({ paths, target }: Pick<CachedKernel, 'paths' | 'target'>): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  const put = (to: string, from: string) => files.set(to, readFileSync(from))
  const folder = mkdtempSync(`${tmpdir()}/kmend-test-`)
  try {
    const { path } = await buildExecutable(folder)
    put('/usr/bin/kmend', path)
    putLibraries(path)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  for (const tool of TOOLS) {
    const path = realpathSync(execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim())
    put(`/usr/bin/${tool}`, path)
    putLibraries(path)
  }
  put(`/boot/vmlinuz-${target.release}`, paths.vmlinuz)
  put(`/boot/config-${target.release}`, paths.config)
  files.set('/etc/passwd', new TextEncoder().encode('root:x:0:0:root:/root:/bin/sh\n'))
  return files

  function putLibraries(program: string): void {
    for (const [path] of execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/\/\S+\.so\S*/g)) put(path, realpathSync(path))
  }
}

/** What an image may be compressed with. */
const TOOLS = ['lz4', 'xz']

/** What the guest needs for it, and for as long as it may take on a busy machine. */
export const HOST_MEMORY_MB = 1024
const TIMEOUT_MS = 900_000

/** A command of kmend in the guest. */
export function kmendIn(vm: QemuVm, args: string): Promise<QemuResult> {
  return vm.run(`PATH=/usr/bin:$PATH kmend ${args}`, { timeoutMs: TIMEOUT_MS })
}
