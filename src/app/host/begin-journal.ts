import { JOURNAL_SCHEMA, type Journal } from '../../core/host/mod.ts'
import type { HostPorts } from './ports.ts'
import { readKernel } from './read-kernel.ts'

type Wish = Pick<Journal, 'act' | 'name' | 'reason'> & Partial<Pick<Journal, 'replaces' | 'previous' | 'functions'>>

/** The journal of an act that is about to begin; it is not written yet. */
export function beginJournal(wish: Wish, { system, actor, nowMs }: Pick<HostPorts, 'system' | 'actor' | 'nowMs'>): Journal {
  const { release, bootId } = readKernel(system)
  const logStart = system.log(0)?.at(-1)?.number ?? 0
  return {
    schema: JOURNAL_SCHEMA,
    replaces: [],
    previous: null,
    functions: null,
    ...wish,
    release,
    bootId,
    startedMs: nowMs(),
    logStart,
    actor,
  }
}
