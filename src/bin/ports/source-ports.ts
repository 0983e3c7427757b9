import type { SourcePorts } from '../../app/source/mod.ts'
import { readChangelog } from '../../io/deb.ts'
import { digestTree } from '../../io/digest-tree.ts'
import { kmendHome } from '../home.ts'
import { makeKernelPorts } from './kernel-ports.ts'

/** The ports of reading sources, on this machine. */
export function makeSourcePorts(progress: (text: string) => void, home = kmendHome()): SourcePorts {
  return { ...makeKernelPorts(progress, home), digestTree, changelog: readChangelog }
}
