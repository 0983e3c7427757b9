import { expect, test } from 'vitest'
import type { Offer } from '../trust/mod.ts'
import { EMPTY_RECORD, type PatchRecord } from './host-record.ts'
import { heedOffers, keepsUnlisted } from './retractions.ts'

const BAD = { sinceMs: 1, reason: 'it panics', stepBack: true }
const FIX: PatchRecord = {
  ...{ name: 'fix', version: 1, release: 'r', buildId: 'b', sha256: 'sha', fileSha256: 'sha', sinceMs: 0, package: null },
  standing: { kind: 'accepted', restoring: null },
}
const OFFER = { name: 'fix', moduleSha256: 'sha' } as Offer
const TAKEN_BACK = { ...OFFER, retracted: BAD }

test.each<[string, { patch?: PatchRecord; offers?: Offer[]; elsewhere?: Offer[] }, string | undefined]>([
  ['what the tier takes back is taken back', { offers: [TAKEN_BACK] }, 'it panics'],
  ['what another tier takes back, and this one does not list', { elsewhere: [OFFER, TAKEN_BACK] }, 'it panics'],
  ['the tier has the say over what it lists', { offers: [OFFER], elsewhere: [TAKEN_BACK] }, undefined],
  ['what is offered again is as it was', { patch: { ...FIX, retracted: BAD }, offers: [OFFER] }, undefined],
  ['what nobody lists stays as it was told', { patch: { ...FIX, retracted: BAD } }, 'it panics'],
  ['another of that name is another', { offers: [{ ...TAKEN_BACK, moduleSha256: 'other' }] }, undefined],
  ['so is that of another kernel', { patch: { ...FIX, release: 'other' }, offers: [TAKEN_BACK] }, undefined],
])('%s', (_, { patch = FIX, offers = [], elsewhere = [] }, reason) => {
  const { patches } = heedOffers({ ...EMPTY_RECORD, patches: [patch] }, { release: 'r', offers, elsewhere })
  expect(patches.map(({ retracted }) => retracted?.reason)).toEqual([reason])
})

test.each<[string, Partial<PatchRecord>, boolean]>([
  ['what the tier lists', {}, false],
  ['what it does not', { name: 'other' }, true],
  ['a module that no repository has', { name: 'other', version: 0 }, false],
  ['what is for another kernel', { name: 'other', release: 'other' }, false],
])('other tiers are looked at for %s: %s', (_, change, isSo) => {
  expect(keepsUnlisted({ ...EMPTY_RECORD, patches: [{ ...FIX, ...change }] }, { release: 'r', offers: [OFFER] })).toBe(isSo)
})
