import type { LintPorts } from '../../app/lint/mod.ts'
import { filesNaming } from '../../io/files-naming.ts'
import { kmendHome } from '../home.ts'
import { makeKernelPorts } from './kernel-ports.ts'

/** The review's ports, on this machine. */
export function makeLintPorts(progress: (text: string) => void, home = kmendHome()): LintPorts {
  return { home, files: makeKernelPorts(progress, home).files, progress, filesNaming }
}
