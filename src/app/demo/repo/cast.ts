import type { Host } from './hosts.ts'
import type { Place, Stage } from './stage.ts'

/** Who and what the story is told with. */
export interface Story {
  readonly stage: Stage
  readonly release: string
  readonly author: Place
  readonly publisher: Place
  /** The machine with the keys that are never online. */
  readonly vault: Place
  /** Whoever has a say over what the web server hands out. */
  readonly server: Place
  readonly thief: Place
  readonly auditor: Place
  /** Serves the folder `web`; returns the port. */
  readonly serve: () => Promise<number>
  readonly boot: (name: string, isAlone: boolean) => Promise<Host>
  readonly readFile: (path: string) => Promise<Uint8Array>
}

/** What is known once there is a repository. */
export interface Repository {
  readonly fingerprint: string
  /** For this machine, and for the virtual ones. */
  readonly here: string
  readonly there: string
}
