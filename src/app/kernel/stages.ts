import type { KernelPaths } from '../../core/kernel/mod.ts'
import type { KernelPorts } from './ports.ts'

export type Stage = (name: string, shown: string, act: () => Promise<void>) => Promise<void>

/** Stages that leave a mark when they end, so that the next run resumes after the last one. A mark of another package version counts for nothing. */
export function makeStages(paths: KernelPaths, version: string, ports: KernelPorts): Stage {
  let isResuming = true
  return async (name, shown, act) => {
    const mark = `${paths.stages}/${name}`
    isResuming &&= (await ports.files.exists(mark)) && (await ports.files.readText(mark)).trim() === version
    if (isResuming) return
    ports.progress(shown)
    await ports.files.remove(mark)
    await act()
    await ports.files.write(mark, `${version}\n`)
  }
}
