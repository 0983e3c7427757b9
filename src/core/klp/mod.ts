export { goneGlobals, refuseMadeStrong, refuseUncovered } from './checks.ts'
export { checkCallbacks, isListed, isPatched, statesOf } from './author.ts'
export { type SymbolRef, type UnitToResolve, linkOfSetting } from './context.ts'
export {
  type LivepatchFunction,
  type LivepatchObject,
  type Resolution,
  type ResolvedUnit,
  type Surroundings,
  resolveUnits,
} from './resolve.ts'
export { VMLINUX, formatKlpSymbol, klpRelocationSection, parseKlpSymbol } from './symbol.ts'
export { type BroughtFunction, findUnreached, noteUnreached } from './unreached.ts'
