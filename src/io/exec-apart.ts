import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Fault, type FaultCode } from '../core/base/mod.ts'
import { type ExecOptions, type ExecResult, succeeded } from './exec.ts'

/** What the process apart is asked to run, and what it answers. */
export interface ApartRequest {
  readonly id: number
  readonly tool: string
  readonly args: readonly string[]
  readonly options: ExecOptions
}

export type ApartAnswer = { readonly id: number } & (
  | { readonly kind: 'ended'; readonly result: ExecResult }
  | { readonly kind: 'fault'; readonly code: FaultCode; readonly message: string; readonly in?: string; readonly try?: string }
)

interface Waiting {
  readonly resolve: (result: ExecResult) => void
  readonly reject: (fault: Fault) => void
}

const waiting = new Map<number, Waiting>()
let nextId = 1
let apart: ChildProcess | undefined

/**
 * As `exec`, by a small process of ours. To start a program the kernel copies the page tables of who starts it: out of gigabytes of objects that takes a
 * tenth of a second, in which nothing else is done, and a build starts thousands.
 */
export function execApart(tool: string, args: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
  const child = (apart ??= start())
  const id = nextId++
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject })
    child.channel?.ref()
    child.send({ id, tool, args, options } satisfies ApartRequest)
  })
}

/** As `execOk`, by the process apart. */
export async function execApartOk(tool: string, args: readonly string[], options: ExecOptions = {}): Promise<string> {
  return succeeded(await execApart(tool, args, options), tool, args)
}

function start(): ChildProcess {
  const child = fork(fileURLToPath(new URL('exec-apart-child.ts', import.meta.url)), { serialization: 'advanced', execArgv: [] })
  child.on('message', (answer: ApartAnswer) => {
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    rest(child)
    if (answer.kind === 'ended') asked?.resolve(answer.result)
    else asked?.reject(revive(answer))
  })
  child.on('exit', (code, signal) => {
    if (apart === child) apart = undefined
    for (const { reject } of waiting.values()) {
      reject(new Fault('tool/failed', `Cannot start programs any more: the process that does it ended (${signal ?? code})`))
    }
    waiting.clear()
  })
  rest(child)
  return child
}

/** A fault of the other process, in that one's words. */
function revive(answer: Extract<ApartAnswer, { kind: 'fault' }>): Fault {
  return Object.assign(new Fault(answer.code, 'Cannot start a program', answer), { message: answer.message })
}

/** Nothing is waited for: then it keeps nobody from ending. */
function rest(child: ChildProcess): void {
  if (waiting.size > 0) return
  child.unref()
  child.channel?.unref()
}
