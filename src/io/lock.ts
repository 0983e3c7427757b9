import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { dirname } from 'node:path'
import { Fault } from '../core/base/mod.ts'
import { fileFault } from './files.ts'

/** What a lock can guard: the fault when it is taken, and what cannot be done then. */
const GUARDED = {
  cache: { code: 'cache/locked', act: 'change this part of the cache' },
  output: { code: 'build/locked', act: 'build into this folder' },
} as const

export type Guarded = keyof typeof GUARDED

/** Runs `act` while holding the lock file; one that a dead process left behind is taken over. Faults: cache/locked, build/locked. */
export async function withLock<T>(path: string, act: () => Promise<T>, guarded: Guarded = 'cache'): Promise<T> {
  await take(path, guarded)
  try {
    return await act()
  } finally {
    await rm(path, { force: true })
  }
}

async function take(path: string, guarded: Guarded): Promise<void> {
  const own = `${path}.${process.pid}.${randomUUID()}`
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(own, `${process.pid} ${await startTime(process.pid)}\n`)
    await takeBy(own, path, guarded)
  } catch (error) {
    throw error instanceof Fault ? error : fileFault('lock', path, error)
  } finally {
    await rm(own, { force: true })
  }
}

/** A lock appears with its holder's name in it, or not at all: it is a link to a file that is already written. */
async function takeBy(own: string, path: string, guarded: Guarded): Promise<void> {
  const { code, act } = GUARDED[guarded]
  for (let attempt = 0; attempt < 2; attempt++) {
    if (await tryLink(own, path)) return
    const holder = await livingHolder(path)
    if (holder !== undefined) {
      throw new Fault(code, `Cannot ${act}: process ${holder} is working on it`, {
        in: path,
        try: 'wait until it has ended, then run the same command again',
      })
    }
    await rm(path, { force: true })
  }
  throw new Fault(code, `Cannot ${act}: another process took the lock just now`, { in: path })
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** The process that holds the lock, if it lives: process ids come round again, so the start time must agree too. */
async function livingHolder(path: string): Promise<string | undefined> {
  const [pid = '', started = ''] = (await readFile(path, 'utf8').catch(() => '')).trim().split(' ')
  if (pid === '') return undefined
  return (await startTime(Number(pid))) === started && started !== '' ? pid : undefined
}

/** Field 22 of /proc/<pid>/stat; an empty string when there is no such process, or it is dead and only waits to be reaped. */
async function startTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return state === 'Z' || state === 'X' ? '' : (fields[18] ?? '')
}
