export interface StageTime {
  readonly stage: string
  readonly ms: number
}

export interface Stopwatch {
  <T>(stage: string, act: () => Promise<T>): Promise<T>
  readonly times: readonly StageTime[]
}

/** Runs stages and keeps how long each took. */
export function makeStopwatch(nowMs: () => number): Stopwatch {
  const times: StageTime[] = []
  const run = async <T>(stage: string, act: () => Promise<T>): Promise<T> => {
    const start = nowMs()
    const result = await act()
    times.push({ stage, ms: Math.round(nowMs() - start) })
    return result
  }
  return Object.assign(run, { times })
}
