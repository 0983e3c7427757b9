import { access, readdir, rename, rm } from 'node:fs/promises'
import { release } from 'node:os'
import type { KernelPorts } from '../../app/kernel/mod.ts'
import { fetchPackages, listKernelPackages } from '../../io/apt.ts'
import { unpackDeb, unpackSource } from '../../io/deb.ts'
import { execOk } from '../../io/exec.ts'
import { fileFault, readBytes, readText, writeWhole } from '../../io/files.ts'
import { compilerVersion, dryRun, runRecipes } from '../../io/kbuild.ts'
import { copyTree, differingFiles, layTree, upwardIncludes } from '../../io/kernel-tree.ts'
import { withLock } from '../../io/lock.ts'
import { unpackImage } from '../../io/unpack-image.ts'
import { kmendHome } from '../home.ts'

/** The kernel stories' ports, on this machine. */
export function makeKernelPorts(progress: (text: string) => void, home = kmendHome()): KernelPorts {
  const apt = () => ({ home, nowMs: Date.now(), progress })
  return {
    home,
    progress,
    archive: { list: () => listKernelPackages(apt()), fetch: (packages) => fetchPackages(packages, apt()) },
    files: {
      exists: (path) =>
        access(path).then(
          () => true,
          () => false,
        ),
      readBytes,
      readText,
      write: writeWhole,
      remove: (path) =>
        rm(path, { recursive: true, force: true }).catch((error: unknown) => {
          throw fileFault('remove', path, error)
        }),
      names: (folder) => readdir(folder).catch(() => []),
      copy: copyTree,
      move: (from, to) =>
        rename(from, to).catch((error: unknown) => {
          throw fileFault('move', from, error)
        }),
      size: async (folder) => Number((await execOk('du', ['-sb', folder])).split('\t')[0]),
    },
    unpack: { deb: unpackDeb, source: unpackSource, image: unpackImage },
    tree: { lay: layTree, differing: differingFiles, upwardIncludes },
    kbuild: { dryRun, runRecipes, compilerVersion },
    withLock,
    machine: { running: release, installed: () => readdir('/lib/modules').catch(() => []) },
  }
}
