import type { Policy } from '../../core/host/mod.ts'
import type { HostPorts } from './ports.ts'

export interface HealthFinding {
  readonly hook: string
  readonly text: string
}

/** Runs an administrator's own checks, in the order of their names. Returns those that failed, or took too long. */
export async function runHooks(when: 'before' | 'after', patch: string, { health }: Policy, ports: HostPorts): Promise<HealthFinding[]> {
  const folder = `${health.folder}/${when}`
  const findings: HealthFinding[] = []
  for (const hook of (await ports.files.names(folder)).toSorted()) {
    if (hook.startsWith('.') || hook.endsWith('~')) continue
    ports.progress(`health: ${when}/${hook}`)
    const { code, output, isLate } = await ports.runHook(`${folder}/${hook}`, [when, patch], health.timeoutMs)
    const said = output.trim().split('\n').at(-1) ?? ''
    if (isLate) findings.push({ hook: `${when}/${hook}`, text: `has not ended within ${health.timeoutMs / 1000} s` })
    else if (code !== 0) findings.push({ hook: `${when}/${hook}`, text: `exit code ${code}${said === '' ? '' : `: ${said}`}` })
  }
  return findings
}
