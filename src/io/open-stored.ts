import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { Fault } from '../core/base/mod.ts'
import { type OpenOptions, type Opened, tooMuch, watchPace } from './fetch-limits.ts'
import { fileFault } from './files.ts'

/** What the reader ends with when there is no such plain file. */
const MISSING = 44

/** Prints a plain file from a byte on, counted from 1. Where there is none, stat(1) says why. */
const READ = `case $(stat -L -c %F -- "$1") in
'regular file' | 'regular empty file') exec tail -c "+$2" -- "$1" ;;
?*) exit ${MISSING} ;;
*) exit 1 ;;
esac`

/**
 * A file of a repository that lies in a folder: on a stick, or a share. What is no plain file there is not there. A process of its own reads it: a share whose
 * server is gone answers nothing for as long as it likes, and a thread that waits for it keeps its process from ending.
 */
export function openStored(url: URL, options: OpenOptions): Promise<Opened> {
  const { maxBytes, fromByte = 0 } = options
  const path = fileURLToPath(url)
  return new Promise((resolve, reject) => {
    // In a process group of its own, so that nothing of it outlives its time.
    const child = spawn('sh', ['-c', READ, 'sh', path, `${fromByte + 1}`], {
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    // Of a process that has ended Node drops what nobody has taken yet.
    const output = child.stdout.pipe(new PassThrough())
    let late: Fault | undefined
    let said = ''
    const watch = watchPace(url.href, options, (fault) => {
      late = fault
      leave()
      reject(fault)
    })
    const ended = once(child, 'close').finally(watch.end)
    ended.catch((error: Error) => reject(new Fault('tool/failed', `Cannot start sh: ${error.message}`)))
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
    output.once('readable', () => {
      if (output.readableLength > 0) return resolve(body())
      output.resume()
      const settle = () => {
        if (child.exitCode === 0) resolve(body())
        else if (child.exitCode === MISSING || isMissing(said)) resolve({ kind: 'missing' })
        else reject(late ?? unreadable(path, said))
      }
      ended.then(settle, () => {}) // rejected above
    })

    function body(): Opened {
      return { kind: 'body', fromByte, tag: undefined, chunks: read() }
    }

    async function* read(): AsyncIterable<Uint8Array> {
      let left = maxBytes - fromByte
      try {
        for await (const chunk of output as AsyncIterable<Uint8Array>) {
          watch.count(chunk.length)
          left -= chunk.length
          if (left < 0) throw tooMuch(path, maxBytes)
          yield chunk
        }
        await ended
        if (child.exitCode !== 0) throw unreadable(path, said)
      } catch (error) {
        throw late ?? error
      } finally {
        leave()
      }
    }

    /** Nobody waits for it any more. What the kernel does not let go of ends when the share answers, or never. */
    function leave(): void {
      watch.end()
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL')
      child.stdout.destroy()
      output.destroy()
      child.stderr.destroy()
      child.unref()
    }
  })
}

function isMissing(said: string): boolean {
  return /: (No such file or directory|Not a directory)$/m.test(said)
}

/** `stat: cannot statx '/srv/file': Permission denied` */
function unreadable(path: string, said: string): Fault {
  const finding = said.trim().replace(/^.*: /s, '') || 'what reads it was ended'
  return fileFault('read', path, Object.assign(new Error(finding), finding === 'Permission denied' ? { code: 'EACCES' } : {}))
}
