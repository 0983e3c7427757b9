import type { BuildPorts } from '../build/mod.ts'
import type { SourcePorts } from '../source/mod.ts'

/** What a whole update needs from the world: what a build needs, and to read other sources than the kernel's. */
export interface UpdatePorts extends BuildPorts, SourcePorts {
  readonly home: string
  readonly files: BuildPorts['files']
  readonly progress: (text: string) => void
  /** The unified diff of two files, labelled as one path; undefined for a file that one side lacks. */
  readonly diffFiles: (older: string | undefined, newer: string | undefined, path: string) => Promise<string>
}
