import { describe, expect, test } from 'vitest'
import type { Candidate } from './candidate.ts'
import { EMPTY_RECORD, type HostRecord, type PatchRecord } from './host-record.ts'
import type { KernelFacts } from './kernel-facts.ts'
import type { PatchState } from './patch-state.ts'
import { planApply } from './plan-apply.ts'
import { DEFAULT_POLICY } from './policy.ts'

const FIX: Candidate = {
  name: 'fix_2',
  release: '6.1.0-1-amd64',
  isSigned: false,
  sha256: 'aa',
  fileSha256: 'aa',
  promise: {
    version: 2,
    release: '6.1.0-1-amd64',
    buildId: 'b1',
    functions: ['vmlinux:foo,1'],
    modules: [{ name: 'ext4', buildId: 'e1' }],
  },
}
const FOREIGN: Candidate = { ...FIX, name: 'vendor_9', promise: undefined }

describe('a live patch is refused', () => {
  test.each<[string, Candidate, Partial<KernelFacts>, HostRecord, readonly string[]]>([
    ['where the kernel has no live patching', FIX, { livepatch: undefined }, EMPTY_RECORD, ['host/no-livepatch']],
    [
      'when the command line of this boot says so',
      FIX,
      { commandLine: ['quiet', 'kmend.mode=no-apply'] },
      EMPTY_RECORD,
      ['host/switched-off'],
    ],
    ['when that word is misspelt, which is no permission', FIX, { commandLine: ['kmend.mode=of'] }, EMPTY_RECORD, ['host/switched-off']],
    ['for another release', FIX, { release: '6.1.0-2-amd64' }, EMPTY_RECORD, ['host/other-kernel']],
    ['for another build of the release', FIX, { buildId: 'b2' }, EMPTY_RECORD, ['host/other-kernel']],
    ['of another builder, for another release', FOREIGN, { release: '6.1.0-2-amd64' }, EMPTY_RECORD, ['host/other-kernel']],
    [
      'for another build of a module',
      FIX,
      { modules: new Map([['ext4', { buildId: 'e2', refcount: 1 }]]) },
      EMPTY_RECORD,
      ['host/other-module'],
    ],
    [
      'unsigned where signatures are enforced',
      FIX,
      { signatures: { isEnforced: true, lockdown: 'integrity' } },
      EMPTY_RECORD,
      ['host/unsigned'],
    ],
    [
      'in quarantine',
      FIX,
      {},
      record(kept({ name: 'fix_2', version: 2, standing: { kind: 'quarantined', reason: 'oops' } })),
      ['host/quarantined'],
    ],
    ['that has the name of another', FIX, {}, record(kept({ name: 'fix_2', version: 2, sha256: 'bb' })), ['host/namesake']],
    ['of a lower version', FIX, loaded(['fix_3']), record(kept({ name: 'fix_3', version: 3 })), ['host/lower-version']],
    ['of the same version by another name', FIX, loaded(['fix_b']), record(kept({ name: 'fix_b', version: 2 })), ['host/lower-version']],
    ["that takes the place of another vendor's", FIX, loaded(['vendor_1']), EMPTY_RECORD, ['host/others-patch']],
    [
      'with everything against it at once',
      FIX,
      { livepatch: undefined, buildId: 'b2', commandLine: ['kmend.mode=off'] },
      EMPTY_RECORD,
      ['host/no-livepatch', 'host/switched-off', 'host/other-kernel'],
    ],
  ])('%s', (_, candidate, facts, known, codes) => {
    const plan = planApply(wish(candidate), kernel(facts), known, DEFAULT_POLICY)
    expect(plan.kind === 'refused' ? plan.faults.map(({ code }) => code) : plan).toEqual(codes)
  })

  test('on hold', () => {
    const plan = planApply(wish(FIX), kernel({}), EMPTY_RECORD, { ...DEFAULT_POLICY, hold: ['fix_2'] })
    expect(plan).toMatchObject({ kind: 'refused', faults: [{ code: 'host/held' }] })
  })
})

describe('a live patch is applied', () => {
  test('to a kernel that runs its own code', () => {
    expect(planApply(wish(FIX), kernel({}), EMPTY_RECORD, DEFAULT_POLICY)).toEqual({
      kind: 'apply',
      replaces: [],
      previous: undefined,
      isLeftOver: false,
    })
  })

  test('from any lower version, in place of all before it', () => {
    const one = kept({ name: 'fix_1', version: 1 })
    expect(planApply(wish(FIX), kernel(loaded(['fix_1'])), record(one), DEFAULT_POLICY)).toMatchObject({
      kind: 'apply',
      replaces: ['fix_1'],
      previous: one,
    })
  })

  test('in place of a higher version only by downgrade', () => {
    const three = kept({ name: 'fix_3', version: 3 })
    expect(planApply({ ...wish(FIX), mayLower: true }, kernel(loaded(['fix_3'])), record(three), DEFAULT_POLICY)).toMatchObject({
      kind: 'apply',
      previous: three,
    })
  })

  test("in place of another vendor's when that is wished", () => {
    expect(planApply({ ...wish(FIX), mayReplaceOthers: true }, kernel(loaded(['vendor_1'])), EMPTY_RECORD, DEFAULT_POLICY)).toMatchObject({
      kind: 'apply',
      replaces: ['vendor_1'],
    })
  })

  test("of another vendor beside ours: nothing says that it takes anyone's place", () => {
    expect(planApply(wish(FOREIGN), kernel(loaded(['fix_1'])), record(kept({ name: 'fix_1', version: 1 })), DEFAULT_POLICY)).toMatchObject({
      kind: 'apply',
      replaces: [],
    })
  })

  test('after its module is unloaded, when that was left in memory', () => {
    expect(
      planApply(wish(FIX), kernel({ modules: new Map([['fix_2', { buildId: undefined, refcount: 0 }]]) }), EMPTY_RECORD, DEFAULT_POLICY),
    ).toMatchObject({ isLeftOver: true })
  })
})

test('one that is in force stays as it is', () => {
  expect(planApply(wish(FIX), kernel(loaded(['fix_2'])), record(kept({ name: 'fix_2', version: 2 })), DEFAULT_POLICY)).toEqual({
    kind: 'unchanged',
  })
})

test('while another transition runs, it waits its turn', () => {
  const moving = { ...patch('fix_1'), isInTransition: true }
  const state = { patches: [moving], tracedFunctions: [], taint: 0, modules: [] }
  expect(planApply(wish(FIX), kernel({ livepatch: state }), record(kept({ name: 'fix_1', version: 1 })), DEFAULT_POLICY)).toEqual({
    kind: 'queued',
    behind: 'fix_1',
  })
})

function wish(candidate: Candidate) {
  return { candidate, mayLower: false, mayReplaceOthers: false }
}

function kernel(facts: Partial<KernelFacts>): KernelFacts {
  return {
    release: '6.1.0-1-amd64',
    machine: 'x86_64',
    version: '#1',
    buildId: 'b1',
    bootId: 'boot',
    uptimeMs: 1000,
    commandLine: ['quiet'],
    livepatch: { patches: [], tracedFunctions: [], taint: 0, modules: [] },
    modules: new Map(),
    signatures: { isEnforced: false, lockdown: 'none' },
    ...facts,
  }
}

function loaded(names: readonly string[]): Partial<KernelFacts> {
  return { livepatch: { patches: names.map(patch), tracedFunctions: [], taint: 0, modules: [] } }
}

function patch(name: string): PatchState {
  return { name, isEnabled: true, isInTransition: false, objects: [] }
}

function kept(fields: Partial<PatchRecord>): PatchRecord {
  return {
    name: 'fix_1',
    version: 1,
    release: '6.1.0-1-amd64',
    buildId: 'b1',
    sha256: 'aa',
    fileSha256: 'aa',
    sinceMs: 0,
    package: null,
    standing: { kind: 'accepted', restoring: null },
    ...fields,
  }
}

function record(...patches: PatchRecord[]): HostRecord {
  return { ...EMPTY_RECORD, patches }
}
