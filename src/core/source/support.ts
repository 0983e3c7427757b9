import type { PatchedFile } from './unified-diff.ts'

/** Why a file of a patch cannot be part of a live patch; undefined when it can. */
export function refuseFile(file: PatchedFile): string | undefined {
  const { path } = file
  if (file.kind === 'renamed') return 'a renamed file: live patches take changes in place'
  for (const [pattern, reason] of REFUSED) if (pattern.test(path)) return reason
  if (path.endsWith('.c')) {
    return file.kind === 'created'
      ? 'a new C file: no unit of the running kernel is made from it'
      : file.kind === 'deleted'
        ? 'a deleted C file: running code cannot be taken away'
        : undefined
  }
  return path.endsWith('.h') ? undefined : 'neither C nor a header: only compiled C can be replaced'
}

/** Documentation and the like, which no kernel holds: left out with a note. */
export function isNoCode(path: string): boolean {
  return (
    /^(Documentation|samples|LICENSES|debian)\//.test(path) ||
    /^(MAINTAINERS|CREDITS)$/.test(path) ||
    /(^|\/)(README|\.gitignore|\.mailmap)$/.test(path) ||
    /^tools\/(testing|perf)\//.test(path)
  )
}

const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/\.S$/, 'assembly: it has no traceable functions'],
  [/(^|\/)Kconfig[^/]*$/, 'Kconfig: the running kernel was configured before'],
  [/(^|\/)(Makefile|Kbuild)[^/]*$/, 'a makefile: what the running kernel is made of is decided'],
  [/\.lds(\.S)?$/, 'a linker script: the running kernel is laid out already'],
  [/(^|\/)vdso[^/]*\//, 'the vDSO: it runs in user space'],
  [/^arch\/[^/]+\/(boot|realmode|purgatory)\//, 'boot code: it has run already'],
  [/^(tools|scripts|usr)\//, 'a program for user space or the build: no part of the kernel'],
]
