import type { Fault } from '../core/base/mod.ts'
import type { ApartAnswer, ApartRequest } from './exec-apart.ts'
import { exec } from './exec.ts'

/** The other side of exec-apart.ts: runs programs, and ends with the process that it does that for. */

process.on('message', (request: ApartRequest) => void answer(request))
process.on('disconnect', () => process.exit())
// Ctrl-C reaches the whole group: the parent decides what becomes of it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

async function answer({ id, tool, args, options }: ApartRequest): Promise<void> {
  try {
    send({ id, kind: 'ended', result: await exec(tool, args, options) })
  } catch (error) {
    const { code, message, in: place, try: way } = error as Fault
    send({ id, kind: 'fault', code, message, ...(place === undefined ? {} : { in: place }), ...(way === undefined ? {} : { try: way }) })
  }
}

function send(message: ApartAnswer): void {
  process.send?.(message)
}
