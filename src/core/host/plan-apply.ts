import { Fault } from '../base/mod.ts'
import type { Candidate } from './candidate.ts'
import { type HostRecord, type PatchRecord, findPatch } from './host-record.ts'
import { type KernelFacts, modeOf } from './kernel-facts.ts'
import type { PatchState } from './patch-state.ts'
import type { Policy } from './policy.ts'

export interface ApplyWish {
  readonly candidate: Candidate
  /** By `kmend downgrade`: a lower version than the one in force is what is wanted. */
  readonly mayLower: boolean
  /** Live patches of others may be replaced by it. */
  readonly mayReplaceOthers: boolean
}

export type ApplyPlan =
  /** It is in force already. */
  | { readonly kind: 'unchanged' }
  /** Everything that speaks against it. */
  | { readonly kind: 'refused'; readonly faults: readonly Fault[] }
  /** Another transition is under way: it is waited for, then everything is asked again. */
  | { readonly kind: 'queued'; readonly behind: string }
  | {
      readonly kind: 'apply'
      /** Live patches that it takes the place of. */
      readonly replaces: readonly string[]
      /** The one of ours that is in force now, to go back to. */
      readonly previous: PatchRecord | undefined
      /** Its module is in memory from before and does nothing: the kernel cannot enable it again, so it is unloaded first. */
      readonly isLeftOver: boolean
    }

/** Whether and how a live patch is applied. Touches nothing; everything that is against it is said at once. */
export function planApply(wish: ApplyWish, facts: KernelFacts, record: HostRecord, policy: Policy): ApplyPlan {
  const { candidate } = wish
  const faults = [
    ...againstHost(facts),
    ...againstKernel(candidate, facts),
    ...againstModules(candidate, facts),
    ...againstWishes(wish, facts, record, policy),
  ]
  const loaded = facts.livepatch?.patches ?? []
  const current = loaded.find(({ name }) => name === candidate.name)
  if (faults.length === 0 && current?.isEnabled === true && !current.isInTransition) return { kind: 'unchanged' }
  if (faults.length > 0) return { kind: 'refused', faults }
  const moving = loaded.find(({ isInTransition }) => isInTransition)
  if (moving !== undefined) return { kind: 'queued', behind: moving.name }
  return {
    kind: 'apply',
    replaces: candidate.promise === undefined ? [] : loaded.map(({ name }) => name),
    previous: inForce(loaded, record, facts.release),
    isLeftOver: facts.modules.has(candidate.name) && current === undefined,
  }
}

/** The live patch of ours that the kernel runs now; the newest where several are enabled. */
export function inForce(loaded: readonly PatchState[], record: HostRecord, release: string): PatchRecord | undefined {
  const ours = loaded.filter(({ isEnabled }) => isEnabled).map(({ name }) => findPatch(record, { release, name }))
  return ours.filter((patch) => patch !== undefined).toSorted((a, b) => b.version - a.version)[0]
}

function againstHost(facts: KernelFacts): Fault[] {
  const mode = modeOf(facts)
  return [
    ...(facts.livepatch === undefined
      ? [
          new Fault('host/no-livepatch', `Cannot apply a live patch: this kernel (${facts.release}) has no live patching`, {
            in: '/sys/kernel/livepatch',
            try: "kmend doctor says what is missing; Debian's own kernels have it",
          }),
        ]
      : []),
    ...(mode === 'on'
      ? []
      : [
          new Fault('host/switched-off', 'Cannot apply a live patch: the kernel command line of this boot forbids it', {
            in: '/proc/cmdline: kmend.mode',
            try: 'boot without that word',
          }),
        ]),
  ]
}

function againstKernel({ name, release, promise, isSigned }: Candidate, facts: KernelFacts): Fault[] {
  const faults: Fault[] = []
  const wanted = promise?.release ?? release
  if (wanted !== facts.release) {
    faults.push(
      new Fault('host/other-kernel', `Cannot apply ${name}: it is for ${wanted}, and ${facts.release} is running`, {
        try: 'apply the live patch of the running kernel, or boot the other one',
      }),
    )
  } else if (promise !== undefined && promise.buildId !== facts.buildId) {
    faults.push(
      new Fault('host/other-kernel', `Cannot apply ${name}: it is for another build of ${wanted}`, {
        in: `/sys/kernel/notes: ${facts.buildId ?? 'no build-id'}, not ${promise.buildId}`,
        try: 'build it for exactly this kernel',
      }),
    )
  }
  if (facts.signatures.isEnforced && !isSigned) {
    faults.push(
      new Fault('host/unsigned', `Cannot apply ${name}: this kernel loads signed modules only, and it is not signed`, {
        in: `lockdown ${facts.signatures.lockdown}`,
        try: 'sign the module with a key that this kernel trusts; kmend doctor lists those',
      }),
    )
  }
  return faults
}

function againstModules({ name, promise }: Candidate, facts: KernelFacts): Fault[] {
  return (promise?.modules ?? []).flatMap((wanted) => {
    const loaded = facts.modules.get(wanted.name)
    if (loaded?.buildId === undefined || loaded.buildId === wanted.buildId) return []
    return [
      new Fault('host/other-module', `Cannot apply ${name}: the module ${wanted.name} that is loaded is not the one it was built for`, {
        in: `/sys/module/${wanted.name}/notes: ${loaded.buildId}, not ${wanted.buildId}`,
        try: `unload ${wanted.name} where it is not needed, or load the one that came with this kernel`,
      }),
    ]
  })
}

function againstWishes(
  { candidate, mayLower, mayReplaceOthers }: ApplyWish,
  facts: KernelFacts,
  record: HostRecord,
  policy: Policy,
): Fault[] {
  const { name, promise, sha256 } = candidate
  const faults: Fault[] = []
  const known = findPatch(record, { release: facts.release, name })
  const loaded = facts.livepatch?.patches ?? []
  const current = inForce(loaded, record, facts.release)
  if (policy.hold.includes(name))
    faults.push(
      new Fault('host/held', `Cannot apply ${name}: it is on hold here`, {
        in: '/etc/kmend/kmend.toml: hold',
        try: `take ${name} off that list`,
      }),
    )
  if (known?.standing.kind === 'quarantined') {
    faults.push(
      new Fault('host/quarantined', `Cannot apply ${name}: it is in quarantine here: ${known.standing.reason}`, {
        try: `find out what happened, then: kmend release ${name} --reason TEXT`,
      }),
    )
  }
  if (known !== undefined && known.sha256 !== sha256) {
    faults.push(
      new Fault('host/namesake', `Cannot apply ${name}: this host knows another live patch of that name and kernel`, {
        in: `${known.sha256}, not ${sha256}`,
        try: 'build it with another name: each version has its own',
      }),
    )
  }
  if (promise !== undefined && current !== undefined && current.name !== name && promise.version <= current.version && !mayLower) {
    faults.push(
      new Fault(
        'host/lower-version',
        `Cannot apply ${name}: it is version ${promise.version}, and version ${current.version} (${current.name}) is in force`,
        { try: 'kmend downgrade goes back to a lower version' },
      ),
    )
  }
  if (promise !== undefined && !mayReplaceOthers) {
    const others = loaded.filter(
      (other) => other.name !== name && findPatch(record, { release: facts.release, name: other.name }) === undefined,
    )
    if (others.length > 0) {
      faults.push(
        new Fault(
          'host/others-patch',
          `Cannot apply ${name}: it would take the place of ${others.map((other) => other.name).join(', ')}, which kmend did not apply`,
          { try: 'take that off first, or say --replace-others' },
        ),
      )
    }
  }
  return faults
}
