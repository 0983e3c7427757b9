import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { HostPorts } from '../../src/app/host/ports.ts'
import { withTuf } from '../../src/io/tuf-client.ts'
import { verifyEd25519 } from '../../src/io/verify-ed25519.ts'
import { parseToml, readTomlFile } from '../../src/io/toml-file.ts'

export interface FollowingHost {
  ports: HostPorts
  /** How far its clock is ahead of the real one. */
  aheadMs: number
  /** The live patches that its kernel has enabled. */
  readonly enabled: () => string[]
  /** The modules that it has in memory. */
  readonly inMemory: () => string[]
  /** A task that sleeps in the code of a module; undefined when none does. */
  asleepIn: string | undefined
  /** Writes a file of the host. */
  readonly put: (path: string, content: string) => void
  readonly read: (path: string) => string
  /** What its kernel has logged. */
  readonly kernelLog: string[]
  /** Runs once its kernel has taken a live patch. */
  afterLoad: (name: string) => void
  /** What it was warned of. */
  readonly warnings: string[]
  /** Puts a kernel into its /boot. */
  readonly install: (release: string) => void
  /** Boots another kernel, which has nothing loaded. */
  readonly boot: (release: string) => void
  /** Runs before whoever asks for the lock of the host gets it. */
  beforeLock: () => void
  /** Whether somebody holds it. */
  isLocked: boolean
}

const LIVEPATCH = '/sys/kernel/livepatch/'
const MODULE = '/sys/module/'

/** A host whose files are below a folder and whose repository client is the real one; its kernel takes every live patch, and says so in /sys and /proc. */
export function makeFollowingHost(
  root: string,
  { release, buildId }: { readonly release: string; readonly buildId: string },
): FollowingHost {
  const kernel = new Map<string, string>([
    ['/proc/sys/kernel/osrelease', release],
    ['/proc/sys/kernel/random/boot_id', 'this-boot'],
    ['/proc/cmdline', 'ro'],
    ['/proc/sys/kernel/tainted', '0'],
    ['/proc/7/task/7/stat', '7 (reader) S 1 7 7 0 -1 4194560 0 0 0 0 0 0 0 0'],
    ['/proc/7/task/7/comm', 'reader'],
    ['/etc/machine-id', 'ab12'],
    ['/sys/kernel/livepatch', ''],
  ])
  const inMemory = () => [...kernel.keys()].flatMap((path) => (path.startsWith(MODULE) ? [path.split('/')[3] ?? ''] : []))
  const drop = (prefix: string) => [...kernel.keys()].filter((path) => path.startsWith(prefix)).map((path) => kernel.delete(path))
  const at = (path: string) => (path.startsWith(root) ? path : `${root}${path}`)
  const write = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(at(path)), { recursive: true })
    writeFileSync(at(path), content)
  }
  const done = { kind: 'done' } as const
  const host: FollowingHost = {
    aheadMs: 0,
    warnings: [],
    kernelLog: [],
    afterLoad: () => {},
    beforeLock: () => {},
    isLocked: false,
    enabled: () =>
      [...kernel.keys()].flatMap((path) => (path.startsWith(LIVEPATCH) && path.endsWith('/enabled') ? [path.split('/')[4] ?? ''] : [])),
    put: write,
    read: (path) => readFileSync(at(path), 'utf8'),
    install: (installed) => void kernel.set(`/boot/vmlinuz-${installed}`, ''),
    inMemory,
    asleepIn: undefined,
    boot(booted) {
      kernel.set('/proc/sys/kernel/osrelease', booted)
      kernel.set('/proc/sys/kernel/random/boot_id', `boot of ${booted}`)
      drop(LIVEPATCH)
      drop(MODULE)
    },
    ports: undefined as unknown as HostPorts,
  }
  const ports: Partial<HostPorts> = {
    system: {
      read(path) {
        if (path === '/proc/modules')
          return inMemory()
            .map((name) => `${name} 16384 0 - Live 0x0 (OEK)\n`)
            .join('')
        if (path === '/proc/7/task/7/stack') return `[<0>] wait_more+0x1f/0x40${host.asleepIn === undefined ? '' : ` [${host.asleepIn}]`}\n`
        return kernel.get(path)
      },
      uptimeMs: () => Date.now() + host.aheadMs,
      readBytes: (path) => (path === '/sys/kernel/notes' ? buildIdNote(buildId) : undefined),
      readRange: () => undefined,
      names: (folder) => [
        ...new Set(
          [...kernel.keys()].flatMap((path) => (path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1).replace(/\/.*/, '')] : [])),
        ),
      ],
      write: (path) => void drop(path.replace(/enabled$/, '')),
      log: (after) => host.kernelLog.map((text, index) => ({ number: index + 1, timeMs: 0, text })).slice(after),
    },
    files: {
      exists: async (path) => existsSync(at(path)),
      readBytes: async (path) => new Uint8Array(readFileSync(at(path))),
      readText: async (path) => readFileSync(at(path), 'utf8'),
      write: async (path, content) => write(path, content),
      append: async (path, text) => write(path, `${existsSync(at(path)) ? readFileSync(at(path), 'utf8') : ''}${text}`),
      truncate: async () => {},
      remove: async (path) => rmSync(at(path), { force: true }),
      names: async (folder) => (existsSync(at(folder)) ? readdirSync(at(folder)) : []),
    },
    modules: {
      load: async (path) => {
        const name = basename(path, '.ko')
        if (inMemory().includes(name)) return { kind: 'refused', said: 'File exists' }
        kernel.set(`${MODULE}${name}/taint`, 'OEK')
        const folder = `${LIVEPATCH}${name}`
        drop(LIVEPATCH)
        for (const [file, text] of [
          ['enabled', '1'],
          ['transition', '0'],
          ['vmlinux/patched', '1'],
          ['vmlinux/check,1', ''],
        ])
          kernel.set(`${folder}/${file}`, text ?? '')
        host.afterLoad(name)
        return done
      },
      unload: async (name) => {
        drop(`${MODULE}${name}/`)
        return done
      },
      info: async () => undefined,
    },
    toml: (path) => readTomlFile(at(path)),
    parseToml,
    async withLock(_path, _waitMs, act) {
      host.beforeLock()
      host.isLocked = true
      return act().finally(() => (host.isLocked = false))
    },
    isLocked: () => host.isLocked,
    withRepository: (source, act) =>
      withTuf({ ...source, folder: at(source.folder) }, (repository) =>
        act({ ...repository, download: (target, path) => repository.download(target, at(path)) }),
      ),
    verify: verifyEd25519,
    digest: (content) => createHash('sha256').update(content).digest('hex'),
    actor: { uid: 0, user: 'root', by: null, command: ['kmend'] },
    nowMs: () => Date.now() + host.aheadMs,
    zone: () => ({ offsetMs: 0 }),
    sleep: async (ms) => void (host.aheadMs += ms),
    journal: () => {},
    progress: () => {},
    warn: (text) => void host.warnings.push(text),
    deadline: (ms) => AbortSignal.timeout(ms),
  }
  return Object.assign(host, { ports: ports as HostPorts })
}

/** A note of the GNU build-id, as /sys/kernel/notes has it. */
function buildIdNote(buildId: string): Uint8Array {
  const id = Buffer.from(buildId, 'hex')
  const head = Buffer.alloc(12)
  head.writeUInt32LE(4, 0)
  head.writeUInt32LE(id.length, 4)
  head.writeUInt32LE(3, 8)
  return new Uint8Array(Buffer.concat([head, Buffer.from('GNU\0'), id]))
}
