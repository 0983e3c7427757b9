import { type ChangedFile, type FileDigests, compareTrees, formatFileDigests, parseFileDigests } from '../../core/source/mod.ts'
import type { SourcePorts } from './ports.ts'
import type { SourceTree } from './source-tree.ts'

/** Every file in which two sources differ, whatever it is: code, makefiles, documentation. */
export async function changedFiles(older: SourceTree, newer: SourceTree, ports: SourcePorts): Promise<ChangedFile[]> {
  const before = await digestsOf(older, ports)
  return compareTrees(before, await digestsOf(newer, ports))
}

/** The source of a package never changes, so its list is kept; a folder of the user's is read anew. */
async function digestsOf({ path, version, shown }: SourceTree, ports: SourcePorts): Promise<FileDigests> {
  const kept = `${path}/../digests`
  if (version !== undefined && (await ports.files.exists(kept))) return parseFileDigests(await ports.files.readText(kept))
  ports.progress(`reading the source of ${shown}`)
  const digests = await ports.digestTree(path)
  if (version !== undefined) await ports.files.write(kept, formatFileDigests(digests))
  return digests
}
