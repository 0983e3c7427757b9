import { Fault } from '../../../core/base/mod.ts'

/** What a command said. */
export interface Said {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export type Telling =
  | { readonly kind: 'chapter'; readonly number: number; readonly title: string; readonly lines: readonly string[] }
  | {
      readonly kind: 'command'
      /** Whose keyboard it is typed at. */
      readonly at: string
      readonly line: string
      readonly code: number
      readonly said: readonly string[]
      readonly ms: number
    }

/** Where commands are typed. */
export interface Place {
  readonly name: string
  readonly run: (line: string) => Promise<Said>
}

/** What a command must have come to; by default exit code 0. */
export interface Claim {
  readonly code?: number
  readonly says?: RegExp
}

export interface Stage {
  readonly chapter: (title: string, ...lines: readonly string[]) => void
  /** Runs a line, tells what it said, and returns that. Faults: demo/disproved when it is not as claimed. */
  readonly type: (place: Place, line: string, claim?: Claim) => Promise<string>
}

export function makeStage(
  tell: (telling: Telling) => void,
  { folder, nowMs }: { readonly folder: string; readonly nowMs: () => number },
): Stage {
  let chapters = 0
  return {
    chapter: (title, ...lines) => tell({ kind: 'chapter', number: ++chapters, title, lines }),
    async type(place, line, { code = 0, says = /^/ } = {}) {
      const startMs = nowMs()
      const answer = await place.run(line)
      // A command that shows first what it is about to sign does so on standard error; one that is refused says why there.
      const text = (answer.stdout.trim() || answer.stderr.trim()).replaceAll(`${folder}/`, '')
      const said = text.split('\n').filter((one) => one.trim() !== '')
      tell({ kind: 'command', at: place.name, line, code: answer.code, said, ms: Math.round(nowMs() - startMs) })
      if (answer.code === code && says.test(text)) return text
      throw new Fault(
        'demo/disproved',
        `Cannot show what is claimed: "${line}" ended with ${answer.code}, ${code} and ${String(says)} are expected`,
        {
          in: `${place.name}: ${answer.stderr.trim() || text}`,
        },
      )
    },
  }
}
