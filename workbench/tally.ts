/** How many checks and tests passed, failed, and were skipped. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export const NONE: Tally = { passed: 0, failed: 0, skipped: 0 }

export function addTallies(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, tally) => ({
      passed: sum.passed + tally.passed,
      failed: sum.failed + tally.failed,
      skipped: sum.skipped + tally.skipped,
    }),
    NONE,
  )
}

/** In continuous integration nothing may be left out: what was skipped has failed. */
export function withoutSkips(tally: Tally): Tally {
  return { passed: tally.passed, failed: tally.failed + tally.skipped, skipped: 0 }
}

/** The last line of a run, which continuous integration reads: `12 passed, 0 failed` or `12 passed, 0 failed, 3 skipped`. */
export function formatTally(tally: Tally): string {
  const counts = `${tally.passed} passed, ${tally.failed} failed`
  return tally.skipped === 0 ? counts : `${counts}, ${tally.skipped} skipped`
}

/** The part of vitest's JSON report that is read here. */
export interface VitestReport {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly meta: { readonly skipReason?: string }
    }[]
  }[]
}

const SKIPPED: ReadonlySet<string> = new Set(['skipped', 'pending', 'todo', 'disabled'])

/** A file that failed before its first test, or outside of one, counts as one failure. */
export function tallyReport(report: VitestReport): Tally {
  return addTallies(
    report.testResults.map((file) => {
      const count = (isCounted: (status: string) => boolean) => file.assertionResults.filter(({ status }) => isCounted(status)).length
      const failed = count((status) => status === 'failed')
      return {
        passed: count((status) => status === 'passed'),
        failed: failed === 0 && file.status === 'failed' ? 1 : failed,
        skipped: count((status) => SKIPPED.has(status)),
      }
    }),
  )
}

/** A line for each test that was skipped, with its reason. */
export function listSkips(report: VitestReport): readonly string[] {
  return report.testResults
    .flatMap((file) => file.assertionResults)
    .filter(({ status }) => SKIPPED.has(status))
    .map(({ fullName, meta }) => `skipped: ${fullName}: ${meta.skipReason ?? 'it gives no reason'}`)
}
