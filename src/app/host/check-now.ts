import { type Journal, checkApplied, classifyLog } from '../../core/host/mod.ts'
import type { HostPorts } from './ports.ts'
import { readLivepatch } from './read-kernel.ts'

/** What is not as it must be now that a transition has ended: what sysfs lists, and what the kernel has logged since. */
export function checkNow(
  { name, functions, logStart }: Pick<Journal, 'name' | 'functions' | 'logStart'>,
  { system }: Pick<HostPorts, 'system'>,
): string[] {
  const state = readLivepatch(system)
  const listed = state === undefined ? [] : checkApplied(state, name, functions ?? undefined)
  return [...listed, ...troublesSince(logStart, { system })]
}

/** Warnings, oopses and loader errors that the kernel has logged after a record. */
export function troublesSince(logStart: number, { system }: Pick<HostPorts, 'system'>): string[] {
  const text = (system.log(logStart) ?? []).map((record) => record.text).join('\n')
  return classifyLog(text).map(({ kind, line }) => `kernel log, ${kind}: ${line}`)
}
