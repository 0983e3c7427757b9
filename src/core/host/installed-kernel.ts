import { compareDebianVersions } from '../kernel/mod.ts'

/** A kernel that this host can boot. */
export interface InstalledKernel {
  /** As `uname -r` prints it. */
  readonly release: string
  /** Of the distribution's package, as the image says; undefined when it does not. */
  readonly packageVersion: string | undefined
}

/** From what `uname -v` prints: `#1 SMP PREEMPT_DYNAMIC Debian 6.1.190-1 (2026-11-02)` is 6.1.190-1. */
export function packageVersionIn(version: string): string | undefined {
  return /\bDebian (\d\S*)/.exec(version)?.[1]
}

/** The newest installed kernel that is newer than the running one and of its flavour; a package of the same release can be newer, too. */
export function newerKernel(running: InstalledKernel, installed: readonly InstalledKernel[]): InstalledKernel | undefined {
  const { flavour } = splitRelease(running.release)
  return installed
    .filter((kernel) => splitRelease(kernel.release).flavour === flavour && compareKernels(kernel, running) > 0)
    .toSorted(compareKernels)
    .at(-1)
}

/** Negative when `a` is older than `b`. */
export function compareKernels(a: InstalledKernel, b: InstalledKernel): number {
  if (a.packageVersion !== undefined && b.packageVersion !== undefined) return compareDebianVersions(a.packageVersion, b.packageVersion)
  return compareDebianVersions(splitRelease(a.release).number, splitRelease(b.release).number)
}

/** `6.12.117+deb12-cloud-amd64` is 6.12.117+deb12 and -cloud-amd64. */
function splitRelease(release: string): { readonly number: string; readonly flavour: string } {
  const [, number = release, flavour = ''] = /^(.*?)((?:-[a-z]\w*)*)$/.exec(release) ?? []
  return { number, flavour }
}
