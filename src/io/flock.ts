import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault } from '../core/base/mod.ts'
import { fileFault } from './files.ts'

/** What such a lock can guard: the fault when it is taken, and what cannot be done then. */
const GUARDED = {
  host: { code: 'host/locked', act: 'change the live patches of this host' },
  repository: { code: 'repo/locked', act: 'change this repository' },
  metadata: { code: 'host/locked', act: 'ask the repository' },
  witness: { code: 'witness/locked', act: 'cosign a log with this state' },
} as const

export type Flocked = keyof typeof GUARDED

/** flock(1) ends with this when it did not get the lock in time. */
const NOT_IN_TIME = 75

/**
 * Runs `act` while holding a lock of the kernel's (flock(2)) on a file: those that come meanwhile wait their turn, so long. A child of flock(1) holds it and ends
 * when this process does, however that ends; so there are no stale locks. Faults: host/locked, repo/locked, witness/locked.
 */
export async function withFlock<T>(path: string, waitMs: number, act: () => Promise<T>, guarded: Flocked = 'host'): Promise<T> {
  await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
    throw fileFault('lock', path, error)
  })
  const child = await hold(path, Math.ceil(waitMs / 1000), guarded)
  try {
    await writeFile(path, `${process.pid}\n`)
    return await act()
  } finally {
    child.stdin?.end()
    // Not before it has ended is the lock free for whoever comes next.
    if (child.exitCode === null) await once(child, 'exit')
  }
}

/** Whether any process holds the lock of a file just now, as /proc/locks has it: `1: FLOCK  ADVISORY  WRITE 812 00:19:1345 0 EOF`, its device in hex. */
export function isFlocked(path: string): boolean {
  const file = statSync(path, { throwIfNoEntry: false })
  if (file === undefined) return false
  return readFileSync('/proc/locks', 'latin1')
    .split('\n')
    .some((line) => /\bFLOCK\b/.test(line) && line.split(/\s+/).includes(`${deviceOf(file.dev)}:${file.ino}`))
}

/** As `%02x:%02x` prints it; stat(2) packs the minor number around the major one. */
function deviceOf(dev: number): string {
  const major = (dev >> 8) & 0xfff
  const minor = (dev & 0xff) | ((dev >>> 12) & 0xfff00)
  return [major, minor].map((part) => part.toString(16).padStart(2, '0')).join(':')
}

/** The child that holds the lock for as long as its standard input is open. */
function hold(path: string, waitSeconds: number, guarded: Flocked): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const args = ['--wait', `${waitSeconds}`, '--conflict-exit-code', `${NOT_IN_TIME}`, path, 'sh', '-c', 'echo held; exec cat']
    const child = spawn('flock', args, { stdio: ['pipe', 'pipe', 'ignore'] })
    child.stdout.once('data', () => resolve(child))
    child.on('error', () => reject(new Fault('tool/missing', 'Cannot find the program flock', { try: 'install util-linux' })))
    child.on('close', (code) => {
      if (code === NOT_IN_TIME)
        void readFile(path, 'utf8').then(
          (holder) => reject(locked(path, { holder: holder.trim(), guarded })),
          () => reject(locked(path, { holder: '', guarded })),
        )
      else reject(new Fault('io/failed', `Cannot lock ${path}: flock ended with exit code ${code ?? -1}`, { in: path }))
    })
  })
}

function locked(path: string, { holder, guarded }: { readonly holder: string; readonly guarded: Flocked }): Fault {
  const { code, act } = GUARDED[guarded]
  return new Fault(code, `Cannot ${act}: ${holder === '' ? 'another process' : `process ${holder}`} is at it`, {
    in: path,
    try: 'wait until it has ended, then run the same command again',
  })
}
