import { type HostPorts, readBlocking } from '../../../app/host/mod.ts'

/** kpatch waits this long, says that the transition has stalled, and waits on. */
export const FIRST_WAIT_MS = 15_000
export const SECOND_WAIT_MS = 60_000

const LIVEPATCH = '/sys/kernel/livepatch'

interface Wait {
  /** When the line that announced it was said. */
  readonly sinceMs: number
  readonly hasStalled: boolean
}

/**
 * The same ports, and what kpatch(1) would say of each step that the engine takes through them: load, wait, disable, unload. `say` is for standard output,
 * `warn` for standard error.
 */
export function narrate(ports: HostPorts, say: (line: string) => void, warn: (line: string) => void): HostPorts {
  const { system, modules, sleep, nowMs } = ports
  let wait: Wait | undefined
  const isMoving = () => system.names(LIVEPATCH).some((name) => system.read(`${LIVEPATCH}/${name}/transition`)?.trim() === '1')
  const beginWait = () => {
    if (!isMoving()) return
    say(`waiting (up to ${FIRST_WAIT_MS / 1000} seconds) for patch transition to complete...`)
    wait = { sinceMs: nowMs(), hasStalled: false }
  }
  const endWait = () => {
    if (wait !== undefined) say(`transition complete (${Math.round((nowMs() - wait.sinceMs) / 1000)} seconds)`)
    wait = undefined
  }
  const tellStall = () => {
    say('patch transition has stalled!')
    warn('kpatch: Livepatch process signaling is performed automatically on your system.')
    warn('kpatch: Skipping manual process signaling.')
    say(`waiting (up to ${SECOND_WAIT_MS / 1000} seconds) for patch transition to complete...`)
    wait = { sinceMs: nowMs(), hasStalled: true }
  }
  return {
    ...ports,
    async sleep(ms) {
      await sleep(ms)
      if (wait === undefined) return
      if (!isMoving()) endWait()
      else if (!wait.hasStalled && nowMs() - wait.sinceMs >= FIRST_WAIT_MS) tellStall()
    },
    system: {
      ...system,
      write(path, text) {
        const name = /\/([^/]+)\/enabled$/.exec(path)?.[1]
        if (name === undefined || text !== '0') return system.write(path, text)
        if (wait !== undefined) {
          for (const line of formatStalled(readBlocking(ports).tasks)) say(line)
          say(`module ${name} did not complete its transition, unloading...`)
          wait = undefined
        }
        say(`disabling patch module: ${name}`)
        const refusal = system.write(path, text)
        if (refusal === undefined) beginWait()
        return refusal
      },
    },
    modules: {
      ...modules,
      async load(path) {
        const answer = await modules.load(path)
        if (answer.kind === 'done') beginWait()
        return answer
      },
      async unload(name) {
        endWait()
        say(`unloading patch module: ${name}`)
        return modules.unload(name)
      },
    },
  }
}

function formatStalled(tasks: ReturnType<typeof readBlocking>['tasks']): string[] {
  if (tasks.length === 0) return []
  return [
    '',
    'Stalled processes:',
    ...tasks.flatMap(({ tid, name, stack }) => [`${tid} ${name}`, 'stack:', ...stack.map((frame) => `[<0>] ${frame}`)]),
  ]
}

/** kpatch's own times, where the administrator has not set others. */
export function withKpatchTimes(ports: HostPorts): HostPorts {
  const transition = { deadline: `${(FIRST_WAIT_MS + SECOND_WAIT_MS) / 1000}s`, stalled: 'reverse' }
  return {
    ...ports,
    async toml(path) {
      const answer = await ports.toml(path)
      if (answer.kind === 'malformed') return answer
      return { kind: 'read', tables: { transition, ...(answer.kind === 'read' ? answer.tables : {}) } }
    },
  }
}
