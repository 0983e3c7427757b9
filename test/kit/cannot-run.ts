import type { TestContext } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    /** Why the test was skipped; `./dev test` lists it at the end. */
    skipReason?: string
  }
}

/**
 * Ends a test that this machine cannot run (no QEMU, no package archive): it fails in continuous integration (CI=true), where everything must
 * run, and is skipped elsewhere. The reason names what is missing.
 */
export function cannotRun(context: TestContext, reason: string): never {
  if (process.env['CI'] === 'true') throw new Error(`Cannot run this test: ${reason}`)
  context.task.meta.skipReason = reason
  return context.skip(reason)
}
