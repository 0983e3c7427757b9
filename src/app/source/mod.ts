export { type FilePatch, type PatchedSource, type PatchedTree, applyPatches } from './apply-patches.ts'
export { changedFiles } from './changed-files.ts'
export type { SourcePorts } from './ports.ts'
export { openSource, type SourceTree, sourceVersions } from './source-tree.ts'
