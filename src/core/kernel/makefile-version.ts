/** The version that the top Makefile of kernel source says, `6.1.192`; undefined when it does not. */
export function makefileVersion(makefile: string): string | undefined {
  const parts = ['VERSION', 'PATCHLEVEL', 'SUBLEVEL'].map((name) => new RegExp(`^${name} *= *(\\d+) *$`, 'm').exec(makefile)?.[1])
  return parts.includes(undefined) ? undefined : parts.join('.')
}
