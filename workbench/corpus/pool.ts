/** Lets only so many acts run at the same time; the others wait for their turn. */
export function makeLimit(atOnce: number): <T>(act: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (act) => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
    running++
    try {
      return await act()
    } finally {
      running--
      waiting.shift()?.()
    }
  }
}

/** Works through a list, so many at a time, in its order. */
export async function workThrough<T>(items: readonly T[], atOnce: number, act: (item: T) => Promise<void>): Promise<void> {
  const queue = items[Symbol.iterator]()
  const work = async () => {
    for (const item of queue) await act(item)
  }
  await Promise.all(Array.from({ length: Math.max(1, atOnce) }, work))
}
