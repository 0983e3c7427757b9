import { release } from 'node:os'
import type { KernelPorts } from '../../app/kernel/mod.ts'
import { fetchPackages, listKernelPackages } from '../../io/apt.ts'
import { unpackDeb, unpackSource } from '../../io/deb.ts'
import { readBytes, readText, writeWhole } from '../../io/files.ts'
import { exists, listNames, removeTree, shareFile } from '../../io/folders.ts'
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
    files: { exists, readBytes, readText, write: writeWhole, remove: removeTree, names: listNames, copy: copyTree, share: shareFile },
    unpack: { deb: unpackDeb, source: unpackSource, image: unpackImage },
    tree: { lay: layTree, differing: differingFiles, upwardIncludes },
    kbuild: { dryRun, runRecipes, compilerVersion },
    withLock,
    machine: { running: release, installed: () => listNames('/lib/modules') },
  }
}
