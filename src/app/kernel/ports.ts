import type { Package } from '../../core/kernel/mod.ts'

/** What the kernel stories need from the world. */
export interface KernelPorts {
  /** $KMEND_HOME. */
  readonly home: string
  readonly progress: (text: string) => void
  readonly archive: {
    readonly list: () => Promise<Package[]>
    /** Fetches what is not there yet; returns the path of each package's file by its name. */
    readonly fetch: (packages: readonly Package[]) => Promise<Map<string, string>>
  }
  readonly files: {
    readonly exists: (path: string) => Promise<boolean>
    readonly readBytes: (path: string) => Promise<Uint8Array>
    readonly readText: (path: string) => Promise<string>
    readonly write: (path: string, content: string | Uint8Array) => Promise<void>
    readonly remove: (path: string) => Promise<void>
    /** Names in a folder; empty when it is not there. */
    readonly names: (folder: string) => Promise<string[]>
    readonly copy: (from: string, to: string) => Promise<void>
    /** Makes `to` the same file as `from`, unless it is there; neither is written to from then on. */
    readonly share: (from: string, to: string) => Promise<void>
  }
  readonly unpack: {
    readonly deb: (deb: string, destination: string) => Promise<void>
    readonly source: (deb: string, destination: string) => Promise<void>
    readonly image: (image: Uint8Array, file: string) => Promise<Uint8Array>
  }
  readonly tree: {
    readonly lay: (parts: { readonly tree: string; readonly headers: string; readonly kbuild: string }) => Promise<void>
    readonly differing: (tree: string, reference: string) => Promise<string[]>
    readonly upwardIncludes: (tree: string) => Promise<Record<string, number>>
  }
  readonly kbuild: {
    readonly dryRun: (
      goals: readonly string[],
      options: { readonly tree: string; readonly release: string; readonly compiler: string },
      errorsFile: string,
    ) => Promise<string>
    readonly runRecipes: (lines: readonly string[], tree: string) => Promise<{ readonly line: string; readonly said: string }[]>
    readonly compilerVersion: (program: string) => Promise<string>
  }
  readonly withLock: <T>(path: string, act: () => Promise<T>) => Promise<T>
  readonly machine: {
    /** Release of the running kernel. */
    readonly running: () => string
    /** Releases with a folder in /lib/modules. */
    readonly installed: () => Promise<string[]>
  }
}
