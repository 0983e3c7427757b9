import type { KernelPorts } from '../kernel/mod.ts'

export interface VmSpec {
  /** Path of the compressed kernel image. */
  readonly vmlinuz: string
  /** Files in the guest, by absolute path; all are executable. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** Further words of the kernel's command line. */
  readonly commandLine: readonly string[]
  readonly memoryMb: number
  readonly accelerator: 'software' | 'hardware'
  readonly bootTimeoutMs?: number
  /** Whether it has a network card: 10.0.2.2 is this machine's loopback there. */
  readonly hasNetwork?: boolean
  /** Whether a person is going to type into it. */
  readonly isInteractive?: boolean
}

export interface VmResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A kernel that runs in a virtual machine of its own. */
export interface Vm {
  /** Runs a shell script to its end. Faults: vm/timeout, vm/died with the last lines of the console. */
  readonly run: (script: string, options?: { readonly timeoutMs?: number }) => Promise<VmResult>
  readonly put: (path: string, content: Uint8Array) => Promise<void>
  readonly get: (path: string) => Promise<Uint8Array>
  /** Everything the kernel has said on its console. */
  readonly console: () => Promise<string>
  /** Hands the terminal over to a shell in the guest; returns its exit code. For a machine that was booted as interactive. */
  readonly interact: () => Promise<number>
  /** Ends the virtual machine and leaves nothing behind. Safe to call again. */
  readonly stop: () => Promise<void>
  readonly bootMs: number
}

export interface VmPorts {
  readonly home: string
  readonly files: KernelPorts['files']
  /** Paths of the module files below a folder: .ko, or compressed. */
  readonly moduleFiles: (folder: string) => Promise<string[]>
  /** A module's content, unpacked: what the guest can load without a tool for it. */
  readonly readModule: (path: string) => Promise<Uint8Array>
  /** What tells this machine from others, as far as virtualisation goes. */
  readonly machine: () => string
  readonly boot: (spec: VmSpec) => Promise<Vm>
  readonly progress: (text: string) => void
}
