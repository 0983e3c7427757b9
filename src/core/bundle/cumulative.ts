import type { DroppedFix, Manifest } from './manifest.ts'

/** What is known of the next version before anything is built. */
export type NextPlace = Pick<Manifest, 'name' | 'version' | 'kernel'>

/** What speaks against a place behind the version before; empty when nothing does. */
export function checkSuccession(before: Manifest, next: NextPlace, dropped: readonly DroppedFix[]): string[] {
  const had = [...before.fixes.cves, ...before.fixes.bugs]
  const [lower, higher] = [before.version ?? 1, next.version ?? 1]
  return [
    ...(before.kernel.buildId === next.kernel.buildId
      ? []
      : [`${before.name} is for another kernel: ${before.kernel.release}, build-id ${before.kernel.buildId}`]),
    ...(before.name === next.name ? [`both are called ${next.name}: each version has a name of its own`] : []),
    ...(higher > lower ? [] : [`its version, ${higher}, is not higher than ${lower}, that of ${before.name}`]),
    ...dropped.filter(({ id }) => !had.includes(id)).map(({ id }) => `${id} is dropped, and ${before.name} does not fix it`),
  ]
}

/**
 * What the next version lacks: it must hold every fix of the one before, or name it as dropped, and carry on its system states, without which the kernel does not let
 * it take its place (klp_is_patch_compatible in kernel/livepatch/state.c). Empty when nothing is lacking.
 */
export function checkCumulative(before: Manifest, next: Pick<Manifest, 'fixes' | 'states'>, dropped: readonly DroppedFix[]): string[] {
  const has = new Set([...next.fixes.cves, ...next.fixes.bugs])
  const gone = new Set(dropped.map(({ id }) => id))
  return [
    ...[...before.fixes.cves, ...before.fixes.bugs]
      .filter((id) => !has.has(id) && !gone.has(id))
      .map((id) => `${before.name} fixes ${id}, and this does not`),
    ...dropped.filter(({ id }) => has.has(id)).map(({ id }) => `${id} is dropped, and fixed by this`),
    ...before.states.flatMap(({ id, version }) => {
      const carried = next.states.find((state) => state.id === id)
      if (carried !== undefined && carried.version >= version) return []
      return [
        `${before.name} has the system state ${id} in version ${version}, and this ${carried === undefined ? 'has not' : `has version ${carried.version}`}`,
      ]
    }),
  ]
}

/** Functions that the one before replaces and the next does not: they go back to the kernel's own code. */
export function functionsGoingBack(before: Manifest, next: Pick<Manifest, 'objects'>): { readonly unit: string; readonly name: string }[] {
  const kept = new Set(next.objects.flatMap(({ name, functions }) => functions.map((func) => `${name}:${func.name},${func.sympos}`)))
  return before.objects.flatMap(({ name, functions }) => functions.filter((func) => !kept.has(`${name}:${func.name},${func.sympos}`)))
}
