import { describe, expect, test } from 'vitest'
import { DATA_CASES } from '../../../test/kit/lint-cases/data.ts'
import { FUNCTION_CASES } from '../../../test/kit/lint-cases/functions.ts'
import { LOCK_CASES } from '../../../test/kit/lint-cases/locks.ts'
import { OBJECT_CASES } from '../../../test/kit/lint-cases/objects.ts'
import { brief, reviewSpecimen } from '../../../test/kit/lint-specimen.ts'
import { RULES } from './review.ts'

const CASES = { ...LOCK_CASES, ...FUNCTION_CASES, ...OBJECT_CASES, ...DATA_CASES }

test('every rule has its case', () => {
  expect(Object.keys(CASES).toSorted()).toEqual(RULES.map(({ id }) => id).toSorted())
})

describe.each(Object.entries(CASES))('%s', (rule, { finds, says, passes }) => {
  test('finds what it is for', () => {
    expect(brief(reviewSpecimen(finds))).toContain(says)
  })

  test('says nothing of the change next to it', () => {
    expect(brief(reviewSpecimen(passes)).filter((line) => line.split(' ')[1] === rule)).toEqual([])
  })
})
