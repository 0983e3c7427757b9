/**
 * The public log: docs/formats/log.md. SHA-256, verifying and signing are handed in; paths are below the log's folder.
 *
 * The publisher:   edgePaths(size) → read them → rootOfEdge must be the checkpoint's → appendEntries → write its files, formatLeaf of each entry,
 *                  formatCheckpoint → sign its UTF-8 → formatNote → write `checkpoint` last.
 * A reader:        openCheckpoint → tilesForConsistency(kept, new) → read them → checkConsistency → keep the new one;
 *                  parseLeaf → tilesForInclusion(index, size) → read them → checkInclusion → parseEntry.
 * A witness:       openCheckpoint → checkConsistency with the one that it cosigned last → cosignedMessage → sign it → makeCosignature → formatNote.
 * An auditor:      entryTiles → read them → readEntries → appendEntries to nothing must come to the checkpoint's root; parseEntry.
 */
export { appendEntries, type Appended, edgePaths, rootOfEdge } from './append.ts'
export { type Checkpoint, formatCheckpoint, openCheckpoint, parseCheckpoint, type Verify } from './checkpoint.ts'
export { cosignedMessage, type Cosigned, findCosigned, makeCosignature, parseWitnessKey } from './cosignature.ts'
export { readEntries, writeEntries } from './entries.ts'
export {
  formatEntry,
  formatLeaf,
  LOG_ACTS,
  LOG_SCHEMA,
  type LogAct,
  type LogEntry,
  type LoggedBundle,
  parseEntry,
  parseLeaf,
} from './entry.ts'
export type { Sha256 } from './hash.ts'
export {
  COSIGNATURE,
  ED25519,
  formatNote,
  formatVerifierKey,
  makeVerifierKey,
  type Note,
  type NoteSignature,
  parseNote,
  parseVerifierKey,
  type VerifierKey,
} from './note.ts'
export { checkConsistency, checkInclusion, tilesForConsistency, tilesForInclusion } from './proof.ts'
export { entryTiles, type Tile, tilePath } from './tile.ts'
export type { LogFiles } from './tree.ts'
export { formatWitnessed, parseWitnessed } from './witnessed.ts'
