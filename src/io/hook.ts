import { spawn } from 'node:child_process'

export interface HookResult {
  readonly code: number
  readonly output: string
  readonly isLate: boolean
}

/** The last part of what it prints is kept. */
const OUTPUT_BYTES = 4096

/** Runs an administrator's executable in a process group of its own, so that nothing of it outlives its time. One that cannot be started has code 126. */
export function runHook(path: string, args: readonly string[], timeoutMs: number): Promise<HookResult> {
  return new Promise((resolve) => {
    const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    let output = ''
    let isLate = false
    const keep = (chunk: Buffer) => (output = `${output}${chunk.toString('utf8')}`.slice(-OUTPUT_BYTES))
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const timer = setTimeout(() => {
      isLate = true
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    }, timeoutMs)
    child.on('error', (error) => {
      clearTimeout(timer)
      resolve({ code: 126, output: error.message, isLate: false })
    })
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ code: code ?? 137, output, isLate })
    })
  })
}
