import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** The checkout. */
export const ROOT = join(import.meta.dirname, '..')

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Where it runs; by default in the checkout. */
  readonly cwd?: string
  /** Let the output through instead of returning it. */
  readonly show?: boolean
}

/** Runs a tool. Never rejects: a tool that cannot start has exit code 127. */
export function run(
  tool: string,
  args: readonly string[],
  { env = {}, cwd = ROOT, show = false }: RunOptions = {},
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(tool, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    })
    const chunks: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', (error) => resolve({ code: 127, output: `Cannot start ${tool}: ${error.message}` }))
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') }))
  })
}

/** Runs a tool that must succeed; returns its output. Throws what it said when it does not. */
export async function runOk(tool: string, args: readonly string[], options?: RunOptions): Promise<string> {
  const { code, output } = await run(tool, args, options)
  if (code !== 0) throw new Error(`Cannot go on: ${tool} ended with ${code}: ${output.trim()}`)
  return output
}

/** The room that this Node was given. Nothing else that it was started with goes along: a script of `-e` would start itself again, without end. */
const MEMORY_FLAGS = process.execArgv.filter((flag) => flag.startsWith('--max-'))

/** Runs a program under the Node of this checkout. */
export function runNode(args: readonly string[], options?: RunOptions): Promise<{ code: number; output: string }> {
  return run(process.execPath, [...MEMORY_FLAGS, ...args], options)
}
