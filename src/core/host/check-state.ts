import { type LivepatchState, unexpectedTaint } from './patch-state.ts'

/** The functions that the kernel lists for a live patch, as `object:function,sympos`, sorted. */
export function functionsOf(state: LivepatchState, name: string): string[] {
  const patch = state.patches.find((candidate) => candidate.name === name)
  return (patch?.objects ?? []).flatMap((object) => object.functions.map((func) => `${object.name}:${func}`)).toSorted()
}

/**
 * What is not as it must be once a live patch has been applied: it is enabled, the objects that are there are patched and the others wait, and its
 * functions are exactly those promised. Without a promise, whatever the kernel lists is right.
 */
export function checkApplied(state: LivepatchState, name: string, promised?: readonly string[]): string[] {
  const patch = state.patches.find((candidate) => candidate.name === name)
  if (patch === undefined) return [`sysfs does not list ${name}`]
  const listed = functionsOf(state, name)
  const isThere = (object: string) => object === 'vmlinux' || state.modules.includes(object)
  return [
    ...(patch.isEnabled ? [] : [`${name} is not enabled`]),
    ...patch.objects.flatMap((object) => {
      if (object.isPatched === isThere(object.name)) return []
      return [
        `${name}: the object ${object.name} is ${object.isPatched ? 'patched, although it is not loaded' : 'loaded, but not patched'}`,
      ]
    }),
    ...(promised ?? listed).filter((func) => !listed.includes(func)).map((func) => `the manifest promises ${func}, sysfs does not list it`),
    ...listed.filter((func) => promised?.includes(func) === false).map((func) => `sysfs lists ${func}, the manifest does not`),
  ]
}

/** What a live patch has left behind that was not there before it. */
export function checkNothingLeft(before: LivepatchState, after: LivepatchState): string[] {
  const names = (state: LivepatchState) => state.patches.map((patch) => patch.name)
  const taint = unexpectedTaint(before, after)
  return [
    ...added('live patch', names(before), names(after)),
    ...added('traced function', before.tracedFunctions, after.tracedFunctions),
    ...added('module', before.modules, after.modules),
    ...(taint === 0 ? [] : [`unexpected taint bits 0x${taint.toString(16)}`]),
  ]
}

function added(what: string, before: readonly string[], after: readonly string[]): string[] {
  return after.filter((item) => !before.includes(item)).map((item) => `${what} left behind: ${item}`)
}
