export {
  type LivepatchFunction,
  type LivepatchObject,
  type ResolvedUnit,
  type Surroundings,
  type SymbolRef,
  type UnitToResolve,
  resolveUnits,
} from './resolve.ts'
export { VMLINUX, formatKlpSymbol, klpRelocationSection, parseKlpSymbol } from './symbol.ts'
