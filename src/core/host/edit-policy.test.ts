import { expect, test } from 'vitest'
import { editPolicy } from './edit-policy.ts'

const SCOPE = { table: 'updates', key: 'scope' }
const HOLD = { table: '', key: 'hold' }

test.each([
  ['a value', '[updates]\nscope = ["security"]  # agreed in May\npin = 3\n', SCOPE, '[updates]\nscope = ["x"]  # agreed in May\npin = 3\n'],
  ['a list over lines', '[updates]\nscope = [\n  "a", # ]\n  "#b",\n]\npin = 3\n', SCOPE, '[updates]\nscope = ["x"]\npin = 3\n'],
  ['one with no space and no line break', '[updates]\nscope=[]', SCOPE, '[updates]\nscope=["x"]'],
  ['one between lines of Windows', '[updates]\r\nscope = [] # c\r\npin = 3\r\n', SCOPE, '[updates]\r\nscope = ["x"] # c\r\npin = 3\r\n'],
  [
    'the one of its own table',
    '[boot]\nscope = 1\n[ updates ] # u\nscope = 2\n',
    SCOPE,
    '[boot]\nscope = 1\n[ updates ] # u\nscope = ["x"]\n',
  ],
  ['not a comment', '[updates]\n# scope = []\npin = 3\n\n[trial]\n', SCOPE, '[updates]\n# scope = []\npin = 3\nscope = ["x"]\n\n[trial]\n'],
  ['an empty table', '[updates]\n\n[trial]\ntime = "1h"\n', SCOPE, '[updates]\nscope = ["x"]\n\n[trial]\ntime = "1h"\n'],
  ['a table that is not there', 'hold = []', SCOPE, 'hold = []\n\n[updates]\nscope = ["x"]\n'],
  ['an empty file', '', SCOPE, '[updates]\nscope = ["x"]\n'],
  ['what stands in no table', '# ours\n\n# t\n[trial]\nhold = 1\n', HOLD, '# ours\nhold = ["x"]\n\n# t\n[trial]\nhold = 1\n'],
  ['what stands in no table, under a comment of that', '# t\n[trial]\n', HOLD, 'hold = ["x"]\n# t\n[trial]\n'],
])('%s is set, and the rest stays as it is', (_what, text, place, edited) => {
  expect(editPolicy(text, place, '["x"]')).toBe(edited)
})

test('a setting is taken out with its line, and one that is not there changes nothing', () => {
  const text = '[updates]\n# why\nscope = [\n  "a",\n] # c\npin = 3\n'
  expect(editPolicy(text, SCOPE, undefined)).toBe('[updates]\n# why\npin = 3\n')
  expect(editPolicy(text, HOLD, undefined)).toBe(text)
})
