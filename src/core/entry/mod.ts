export { COMPARED_BYTES, type EntryComparison, type EntryReport, type WatchedEntry, compareEntry, surplusCalls } from './compare-entries.ts'
export { ENTRY_BYTES, type FunctionEntry, type Site, SITE_BYTES, decodeEntry } from './decode-entry.ts'
export { type Attached, type EntryVerdict, type Mechanism, attachedBy, explainEntry } from './explain-entry.ts'
export { type ImageSite, type ImageSites, readImageSites } from './image-sites.ts'
export { type Kprobe, kprobesIn, parseKprobes } from './kprobes.ts'
export {
  type LiveFunction,
  type LiveSymbol,
  type LiveSymbols,
  findFunctions,
  parseLiveSymbols,
  parseWantedFunction,
  placeOf,
  symbolsAt,
  type WantedFunction,
} from './live-symbols.ts'
export { CORE_HEADER_BYTES, type MemoryPiece, coreHeadersSize, offsetOf, readMemoryMap } from './memory-map.ts'
export { type PatchStack, stackOf } from './patch-stack.ts'
export { type TracedFunction, type TraceFlag, parseTracedFunctions } from './traced-functions.ts'
