import type { DemoMeans } from '../ports.ts'
import type { Said, Telling } from './stage.ts'

/** What the demo of a repository needs from the world. */
export interface RepoDemoPorts extends DemoMeans {
  /** Runs a line as a shell does in a folder, with this kmend as `kmend`. */
  readonly shell: (line: string, folder: string) => Promise<Said>
  /** Makes the host's program as its package has it: it and what it needs, by absolute path in a guest. */
  readonly hostFiles: (folder: string) => Promise<ReadonlyMap<string, Uint8Array>>
  /** A plain web server on loopback. It ends with this process. */
  readonly serve: (folder: string) => Promise<{ readonly port: number; readonly stop: () => Promise<void> }>
  /** A folder that goes with this process. */
  readonly makeFolder: () => Promise<{ readonly path: string; readonly remove: () => Promise<void> }>
  /** Told of everything as soon as it has happened. */
  readonly tell: (telling: Telling) => void
}
