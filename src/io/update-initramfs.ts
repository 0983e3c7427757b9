import { Fault } from '../core/base/mod.ts'
import { exec } from './exec.ts'

/** Slow disks and large images. */
const TIMEOUT_MS = 600_000

/** Makes the initial RAM disk of an installed kernel anew, by Debian's own tool; what that said when it could not. */
export async function updateInitramfs(
  release: string,
): Promise<{ readonly kind: 'done' } | { readonly kind: 'refused'; readonly said: string }> {
  const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` }
  try {
    const { code, stderr } = await exec('update-initramfs', ['-u', '-k', release], { env, timeoutMs: TIMEOUT_MS })
    if (code === 0) return { kind: 'done' }
    return { kind: 'refused', said: stderr.trim().split('\n').at(-1) ?? '' }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { kind: 'refused', said: error.code === 'tool/missing' ? 'there is no update-initramfs here (initramfs-tools)' : error.message }
  }
}
