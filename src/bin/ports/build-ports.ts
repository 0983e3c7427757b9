import { createHash } from 'node:crypto'
import { availableParallelism } from 'node:os'
import type { BuildPorts } from '../../app/build/mod.ts'
import { compileUnits } from '../../io/compile.ts'
import { digestFile } from '../../io/digest.ts'
import { filesNaming } from '../../io/files-naming.ts'
import { cFiles, includeLines } from '../../io/include-lines.ts'
import { linkModule } from '../../io/link.ts'
import { withLock } from '../../io/lock.ts'
import { makeShadowTree } from '../../io/shadow-tree.ts'
import { readSymbolTypes } from '../../io/symbol-types.ts'
import { describeToolchain } from '../../io/toolchain.ts'
import { moduleFiles } from '../../io/folders.ts'
import { readModule } from '../../io/unpack-image.ts'
import { layModule } from '../../io/external-tree.ts'
import { dryRun, runRecipes } from '../../io/kbuild.ts'
import { kmendHome } from '../home.ts'
import { VERSION } from '../version.ts'
import { patchHeaders } from './headers.ts'
import { makeKernelPorts } from './kernel-ports.ts'

/** The build story's ports, on this machine. */
export function makeBuildPorts(progress: (text: string) => void, home = kmendHome(), remark = progress): BuildPorts {
  const headers = patchHeaders()
  const findHeaders = `-I${headers.folder}` // after the kernel's own
  return {
    home,
    files: makeKernelPorts(progress, home).files,
    headersDigest: headers.digest,
    progress,
    remark,
    processors: availableParallelism(),
    readModule,
    nowMs: () => performance.now(),
    withOutputLock: (path, act) => withLock(path, act, 'output'),
    digest: (content) => createHash('sha256').update(content).digest('hex'),
    digestFile,
    shadow: makeShadowTree,
    async compile(tree, jobs, onDone) {
      let done = 0
      return compileUnits(
        tree,
        jobs.map(({ unit, ...options }) => ({ unit, options: { ...options, extraFlags: [...options.extraFlags, findHeaders] } })),
        (outcome) => onDone(++done, outcome),
      )
    },
    moduleFiles,
    symbolTypes: (tree, unit, options) => readSymbolTypes(tree, { ...unit, compiler: [...unit.compiler, findHeaders] }, options),
    kbuild: { dryRun, runRecipes },
    layModule,
    includeLines,
    filesNaming,
    cFiles,
    link: linkModule,
    toolchain: describeToolchain,
    version: VERSION,
  }
}
