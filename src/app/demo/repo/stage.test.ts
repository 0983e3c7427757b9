import { expect, test } from 'vitest'
import { type Said, type Telling, makeStage } from './stage.ts'

function makeActors(answer: Said) {
  const tellings: Telling[] = []
  const stage = makeStage((telling) => tellings.push(telling), { folder: '/tmp/demo', nowMs: () => 0 })
  return { tellings, stage, place: { name: 'host', run: () => Promise.resolve(answer) } }
}

test('what a command said is told, without the folder that it ran in', async () => {
  const { stage, tellings, place } = makeActors({ code: 0, stdout: 'published  /tmp/demo/web\n\n  2 files\n', stderr: 'signs root' })
  stage.chapter('First')
  expect(await stage.type(place, 'kmend repo publish', { says: /^published/ })).toBe('published  web\n\n  2 files')
  expect(tellings).toMatchObject([
    { kind: 'chapter', number: 1 },
    { kind: 'command', at: 'host', code: 0, said: ['published  web', '  2 files'] },
  ])
})

test.each([
  ['another exit code', { code: 7, stdout: '', stderr: 'error[trust/log]: two logs' }, {}],
  ['success where a refusal is claimed', { code: 0, stdout: 'done', stderr: '' }, { code: 7 }],
  ['other words', { code: 7, stdout: '', stderr: 'error[trust/log]: two logs' }, { code: 7, says: /trust\/rollback/ }],
])('%s ends the demo, and is told', async (_, answer, claim) => {
  const { stage, tellings, place } = makeActors(answer)
  await expect(stage.type(place, 'kmend agent', claim)).rejects.toMatchObject({ code: 'demo/disproved' })
  expect(tellings).toHaveLength(1)
})
