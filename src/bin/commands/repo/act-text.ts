import type { ActOutcome } from '../../../app/repo/mod.ts'
import { EXIT } from '../../../core/base/mod.ts'
import type { Screen } from '../../screen.ts'

export function exitOfAct({ kind }: ActOutcome): number {
  return { published: EXIT.done, waiting: EXIT.unchanged, declined: EXIT.refused }[kind]
}

export function formatAct(outcome: ActOutcome, screen: Screen): string[] {
  switch (outcome.kind) {
    case 'published':
      return [`${screen.good('published')}  ${outcome.act}: ${outcome.documents} metadata files, ${outcome.files} others`]
    case 'waiting':
      return [
        `${screen.bold('waiting')}  ${outcome.act}: others must sign before it is published`,
        ...outcome.lacks.map(
          ({ repository, role, count, keyIds }) => `  ${repository} ${role}: ${count} of ${keyIds.map(short).join(', ')}`,
        ),
        `  ${outcome.request}`,
        '  they sign it with kmend repo sign; kmend repo finish takes it back',
      ]
    case 'declined':
      return ['nothing was changed: nobody agreed to it (--yes signs without asking)']
  }
}

/** The beginning of a key's id, as commands take it. */
export function short(id: string): string {
  return id.slice(0, 12)
}
