import { spawn } from 'node:child_process'
import { Fault } from '../core/base/mod.ts'

export interface ExecOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string | Uint8Array
  readonly timeoutMs?: number
  /** Package that has the tool, for the fault when it is missing. */
  readonly package?: string
}

export interface ExecResult {
  /** Exit code; 128 + signal number is not used: a signal is a fault. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly stdoutBytes: Uint8Array
}

/** Runs a tool to its end. A non-zero exit code is an outcome; a missing tool (tool/missing), a signal or a timeout (tool/failed) is a fault. */
export function exec(tool: string, args: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(tool, args, {
      cwd: options.cwd,
      env: { ...process.env, LC_ALL: 'C', ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), options.timeoutMs)
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.stdin.on('error', () => {}) // a tool that stops reading early says so by its exit code
    child.stdin.end(options.input)
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      reject(missingTool(tool, error, options.package))
    })
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      const stdoutBytes = Buffer.concat(stdout)
      const result = { code: code ?? -1, stdout: stdoutBytes.toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8'), stdoutBytes }
      if (signal === null) resolve(result)
      else reject(new Fault('tool/failed', `Cannot finish ${tool}: it was ended by ${signal}`, { in: commandLine(tool, args) }))
    })
  })
}

/** As `exec`, for a tool whose non-zero exit code means that the environment is broken. Returns its standard output. */
export async function execOk(tool: string, args: readonly string[], options: ExecOptions = {}): Promise<string> {
  return succeeded(await exec(tool, args, options), tool, args)
}

/** Standard output of what ended well. Faults: tool/failed. */
export function succeeded(result: ExecResult, tool: string, args: readonly string[]): string {
  if (result.code === 0) return result.stdout
  const said = result.stderr.trim() || result.stdout.trim()
  throw new Fault('tool/failed', `Cannot finish ${tool}: exit code ${result.code}: ${said.split('\n').slice(-3).join(' / ')}`, {
    in: commandLine(tool, args),
  })
}

function missingTool(tool: string, error: NodeJS.ErrnoException, from: string | undefined): Fault {
  if (error.code !== 'ENOENT') return new Fault('tool/failed', `Cannot start ${tool}: ${error.message}`)
  const hint = from === undefined ? `put ${tool} in the PATH` : `apt-get install ${from}`
  return new Fault('tool/missing', `Cannot find the program ${tool}`, { try: hint })
}

function commandLine(tool: string, args: readonly string[]): string {
  const line = [tool, ...args].join(' ')
  return line.length > 300 ? `${line.slice(0, 300)} …` : line
}
