import { type Region, readCFile } from '../c/mod.ts'

/** Of these functions those that a file defines for kernels in which no other file does: `__weak`, at the definition or at a declaration of the file. */
export function weakFunctionsIn(text: string, names: readonly string[]): string[] {
  const regions = readCFile(text).regions.filter(({ kind }) => kind === 'function' || kind === 'prototype')
  return names.filter((name) => {
    const own = regions.filter((region) => region.names.includes(name))
    return own.some(({ kind, isStatic }) => kind === 'function' && !isStatic) && own.some(isWeak)
  })
}

function isWeak({ head }: Region): boolean {
  return /\b_*weak_*\b/.test(head)
}
