import type { LogPorts } from '../log/mod.ts'
import type { Envelope } from '../../core/bundle/mod.ts'
import type { Actor, KernelPackage, Zone } from '../../core/host/mod.ts'
import type { VerifiedRepository } from '../../core/trust/mod.ts'

/** What the host's stories need from the world. */
export interface HostPorts {
  readonly system: SystemPort
  readonly files: {
    readonly exists: (path: string) => Promise<boolean>
    readonly readBytes: (path: string) => Promise<Uint8Array>
    readonly readText: (path: string) => Promise<string>
    /** All or nothing, and on the disk when it returns. */
    readonly write: (path: string, content: string | Uint8Array) => Promise<void>
    /** Puts text behind what is there; on the disk when it returns. */
    readonly append: (path: string, text: string) => Promise<void>
    readonly truncate: (path: string, sizeBytes: number) => Promise<void>
    readonly remove: (path: string) => Promise<void>
    readonly names: (folder: string) => Promise<string[]>
  }
  readonly modules: {
    /** Loads a module file into the kernel. */
    readonly load: (path: string) => Promise<ModuleAnswer>
    readonly unload: (name: string) => Promise<ModuleAnswer>
    /** What modinfo(8) finds of a module by its name; undefined when it finds none. */
    readonly info: (name: string) => Promise<string | undefined>
  }
  /** Makes the initial RAM disk of a kernel anew. */
  readonly makeImage: (release: string) => Promise<ModuleAnswer>
  /** The vmlinux inside a bzImage. Faults: kernel/image, tool/missing. */
  readonly unpackImage: (image: Uint8Array, file: string) => Promise<Uint8Array>
  /** The distribution's package that owns a file; undefined when none does. */
  readonly packageOf: (path: string) => Promise<KernelPackage | undefined>
  readonly toml: (path: string) => Promise<TomlAnswer>
  readonly parseToml: (text: string) => TomlText
  readonly runHook: (path: string, args: readonly string[], timeoutMs: number) => Promise<HookResult>
  readonly poke: (pid: number) => void
  /** Others wait their turn, so long. */
  readonly withLock: <T>(path: string, waitMs: number, act: () => Promise<T>) => Promise<T>
  /** Whether any process holds the lock just now. */
  readonly isLocked: (path: string) => boolean
  /** Of Ed25519. */
  readonly verify: LogPorts['verify']
  /** SHA-256 in hex. */
  readonly digest: (content: string | Uint8Array) => string
  /** Brings what is known of a repository up to date, verifies it, and hands it to `act`; others wait their turn. Faults: trust/*, fetch/*, io/*, host/locked. */
  readonly withRepository: <T>(source: RepositorySource, act: (repository: VerifiedRepository) => Promise<T>) => Promise<T>
  readonly actor: Actor
  readonly nowMs: () => number
  /** Comes so long from now. */
  readonly deadline: (ms: number) => AbortSignal
  readonly zone: () => Zone
  readonly sleep: (ms: number) => Promise<void>
  readonly host: {
    /** Bytes that are free where a folder is, or will be. */
    readonly freeBytes: (folder: string) => Promise<number | undefined>
    readonly hasProgram: (name: string) => boolean
    readonly isClockSynchronised: () => Promise<boolean | undefined>
    /** The configuration of a kernel; undefined when it is nowhere to be found. */
    readonly kernelConfig: (release: string) => Promise<string | undefined>
  }
  /** Signs a text of this type with the key of a file. Faults: those of reading it, key/unusable. */
  readonly seal: (payloadType: string, payload: string, keyFile: string) => Promise<Envelope>
  /** Says a line to the system's log, where tampering with our own record shows. */
  readonly journal: (text: string) => void
  readonly progress: (text: string) => void
  /** Says what a person should not miss. */
  readonly warn: (text: string) => void
}

export interface RepositorySource {
  readonly url: string
  readonly fingerprint: string
  /** Which of a publisher's repositories. */
  readonly repository: string
  readonly isCarried: boolean
  readonly proxy: string | undefined
  /** Go by what is kept: nothing is fetched. */
  readonly isOffline: boolean
  readonly deadline: AbortSignal
  /** Where what was verified is kept. */
  readonly folder: string
}

export type TomlAnswer = { readonly kind: 'absent' } | TomlText

export type TomlText =
  | { readonly kind: 'read'; readonly tables: Readonly<Record<string, unknown>> }
  | { readonly kind: 'malformed'; readonly finding: string }

export type ModuleAnswer = { readonly kind: 'done' } | { readonly kind: 'refused'; readonly said: string }

export interface HookResult {
  readonly code: number
  readonly output: string
  readonly isLate: boolean
}

/** The running kernel's own files: /proc, /sys, /dev/kmsg. */
export interface SystemPort {
  /** Undefined when it is not there, or has gone meanwhile. */
  readonly read: (path: string) => string | undefined
  readonly readBytes: (path: string) => Uint8Array | undefined
  /** Bytes from an offset on; undefined when it has not all of them, or may not be read. */
  readonly readRange: (path: string, offset: bigint, size: number) => Uint8Array | undefined
  readonly names: (folder: string) => string[]
  /** Undefined when the kernel took it, else what it said. */
  readonly write: (path: string, text: string) => string | undefined
  /** Records of the kernel's log after this number; undefined when it may not be read. */
  readonly log: (after: number) => readonly LogRecord[] | undefined
  /** Since boot, by the clock of the kernel's log. Not asked of /proc, whose functions a live patch may replace. */
  readonly uptimeMs: () => number
}

export interface LogRecord {
  readonly number: number
  /** Since boot. */
  readonly timeMs: number
  readonly text: string
}
