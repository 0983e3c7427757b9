import type { SymbolTypes, UnitCommand } from '../../core/kernel/mod.ts'
import type { KernelPorts } from '../kernel/mod.ts'
import type { TreePorts } from '../source/mod.ts'

/** What the build story needs from the world. */
export interface BuildPorts extends TreePorts {
  readonly home: string
  /** Digest of the headers that a patch may include (kmend/livepatch.h and others): `compile` looks for them after the kernel's own. */
  readonly headersDigest: string
  /** A line that stays, while the job goes on. */
  readonly remark: (text: string) => void
  /** How many compilers run at once. */
  readonly processors: number
  /** Paths of the module files below a folder: .ko, or compressed. */
  readonly moduleFiles: (folder: string) => Promise<string[]>
  readonly kbuild: Pick<KernelPorts['kbuild'], 'dryRun' | 'runRecipes'>
  /** A kernel tree by links with a module's source in it; returns the folders of that. */
  readonly layModule: (request: {
    readonly tree: string
    readonly source: string
    readonly destination: string
    readonly prefix: string
  }) => Promise<string[]>
  /** What genksyms says of a unit's exports and of these functions. */
  readonly symbolTypes: (
    tree: string,
    unit: UnitCommand,
    options: { readonly functions: readonly string[]; readonly output: string },
  ) => Promise<SymbolTypes>
  /** A module's content by its path without a compression's suffix; its file may be .ko.xz, .ko.zst or .ko.gz. */
  readonly readModule: (path: string) => Promise<Uint8Array>
  readonly nowMs: () => number
  /** Runs `act` while no other process builds into the folder that the lock file stands for. Faults: build/locked. */
  readonly withOutputLock: <T>(path: string, act: () => Promise<T>) => Promise<T>
  readonly digest: (content: Uint8Array | string) => string
  readonly digestFile: (path: string) => Promise<string>
  readonly shadow: (request: {
    readonly tree: string
    readonly destination: string
    readonly changedFiles: ReadonlyMap<string, string | undefined>
    readonly units: readonly UnitCommand[]
    readonly upwardIncludes: Readonly<Record<string, number>>
  }) => Promise<void>
  readonly compile: (
    tree: string,
    jobs: readonly CompileJob[],
    onDone: (done: number, result: CompileResult) => void,
  ) => Promise<CompileResult[]>
  /** Text of the `#include` lines of all C files and headers of a tree, as `path:line`. */
  readonly includeLines: (tree: string) => Promise<string>
  /** Paths of all C files and headers of a tree. */
  readonly cFiles: (tree: string) => Promise<string[]>
  readonly link: (request: { readonly objects: readonly string[]; readonly script: string; readonly output: string }) => Promise<void>
  /** The programs that make the code, by version and digest. */
  readonly toolchain: (compiler: string) => Promise<{ readonly name: string; readonly version: string; readonly sha256: string }[]>
  readonly version: string
}

export interface CompileJob {
  readonly unit: UnitCommand
  readonly output: string
  readonly source?: string
  readonly extraFlags: readonly string[]
  readonly dependencies?: string
  readonly withoutObjtool?: boolean
  /** Writes what the compiler's front end made of each function instead of an object: as nodes, or printed as C. */
  readonly dump?: 'nodes' | 'printed' | undefined
  readonly editAssembly?: ((text: string) => string) | undefined
}

export type CompileResult =
  | { readonly kind: 'compiled'; readonly unit: UnitCommand }
  | { readonly kind: 'failed'; readonly unit: UnitCommand; readonly tool: string; readonly messages: string }
