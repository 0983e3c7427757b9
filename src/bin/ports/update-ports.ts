import type { UpdatePorts } from '../../app/update/mod.ts'
import { diffFiles } from '../../io/diff-files.ts'
import { kmendHome } from '../home.ts'
import { makeBuildPorts } from './build-ports.ts'
import { makeSourcePorts } from './source-ports.ts'

/** The ports of a whole update, on this machine. */
export function makeUpdatePorts(progress: (text: string) => void, home = kmendHome()): UpdatePorts {
  return { ...makeSourcePorts(progress, home), ...makeBuildPorts(progress, home), diffFiles }
}
