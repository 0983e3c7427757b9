import type { Host } from './hosts.ts'
import type { Stage } from './stage.ts'

/** What the two changes are about: whether anyone may read this. */
export const CMDLINE = '/proc/cmdline'
export const VERSION = '/proc/version'

/** Shows on a host, as a user without rights, whether a live patch keeps it from them. */
export async function tryToRead(
  stage: Stage,
  host: Host,
  { path, isKept }: { readonly path: string; readonly isKept: boolean },
): Promise<void> {
  const claim = isKept ? { code: 1, says: /Operation not permitted/ } : {}
  await stage.type(host, `su nobody -s /bin/sh -c 'cat ${path}'`, claim)
}
