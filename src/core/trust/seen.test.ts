import { describe, expect, test } from 'vitest'
import { MEANS, applyPlan, repositoryWith } from '../../../test/kit/planned-repository.ts'
import { findRollbacks, mergeVersions, planRetract, versionsOf } from './mod.ts'

const AREA = 'kernels/6.1.0-1-cloud-amd64'

describe('what somebody saw', () => {
  const BEFORE = repositoryWith({ name: 'fix_1' })
  const AFTER = applyPlan(BEFORE, planRetract(BEFORE, { name: 'fix_1', tier: undefined, reason: 'it panics', stepBack: false }, MEANS))

  test('is not behind itself, nor behind what was before', () => {
    expect([findRollbacks(versionsOf(AFTER), AFTER), findRollbacks(versionsOf(BEFORE), AFTER)]).toEqual([[], []])
  })

  test('is behind where a version is lower, or gone', () => {
    const seen = mergeVersions(versionsOf(AFTER), { [AREA]: { lifecycle: 1 }, 'kernels/other': { canary: 1 } })
    expect(findRollbacks(seen, BEFORE).toSorted()).toEqual([
      'catalogue kernels was version 3, and is 2',
      'catalogue snapshot was version 3, and is 2',
      'catalogue timestamp was version 3, and is 2',
      `${AREA} canary was version 2, and is 1`,
      `${AREA} lifecycle was version 1, and is not there any more`,
      `${AREA} snapshot was version 2, and is 1`,
      `${AREA} timestamp was version 2, and is 1`,
      'kernels/other is not there any more',
    ])
  })

  test('of a kernel that was not read is no rollback while it is listed', () => {
    expect(findRollbacks(versionsOf(AFTER), { ...AFTER, kernels: new Map() })).toEqual([])
  })

  test('only grows', () => {
    expect(mergeVersions({ a: { x: 2, y: 1 } }, { a: { x: 1, y: 3 }, b: { z: 1 } })).toEqual({ a: { x: 2, y: 3 }, b: { z: 1 } })
  })
})
