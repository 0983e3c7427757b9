import { Fault } from '../../src/core/base/mod.ts'

const LOCK_WAIT_MS = 8 * 60_000
const POLL_MS = 1000

/** Does what takes a lock of the cache; while another test holds it, waits. */
export async function patiently<T>(act: () => Promise<T>): Promise<T> {
  for (const endMs = Date.now() + LOCK_WAIT_MS; ;) {
    try {
      return await act()
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'cache/locked' || Date.now() > endMs) throw error
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }
}
