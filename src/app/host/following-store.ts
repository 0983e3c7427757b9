import { Fault } from '../../core/base/mod.ts'
import { type Followed, type Following, NOTHING_KNOWN, formatFollowing, parseFollowed, parseFollowing } from '../../core/host/mod.ts'
import { PATHS } from './paths.ts'
import type { HostPorts } from './ports.ts'

/** The repository that this host follows; undefined when it follows none. Everyone may read it. Faults: host/policy. */
export async function readFollowed({ toml }: Pick<HostPorts, 'toml'>): Promise<Followed | undefined> {
  const answer = await toml(PATHS.followed)
  if (answer.kind === 'absent') return undefined
  if (answer.kind === 'read') return parseFollowed(answer.tables, PATHS.followed)
  throw new Fault('host/policy', `Cannot read which repository this host follows: ${answer.finding}`, {
    in: PATHS.followed,
    try: 'kmend enable writes it anew',
  })
}

/** Faults: host/no-repository, and those of `readFollowed`. */
export async function needFollowed(ports: Pick<HostPorts, 'toml'>): Promise<Followed> {
  const followed = await readFollowed(ports)
  if (followed !== undefined) return followed
  throw new Fault('host/no-repository', 'Cannot say what a repository has: this host follows none', {
    in: PATHS.followed,
    try: 'kmend enable <url> --root <fingerprint>',
  })
}

/** Faults: host/state. */
export async function readFollowing({ files }: Pick<HostPorts, 'files'>): Promise<Following> {
  return (await files.exists(PATHS.following)) ? parseFollowing(await files.readText(PATHS.following), PATHS.following) : NOTHING_KNOWN
}

/** For what needs no repository: a file that is damaged is said, and stands in nobody's way. */
export async function readFollowingIfWhole(ports: Pick<HostPorts, 'files' | 'warn'>): Promise<Following> {
  try {
    return await readFollowing(ports)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    ports.warn(
      `${error.message} (${PATHS.following}). What is on offer is not known, nor what was taken back of it. kmend enable asks anew.`,
    )
    return NOTHING_KNOWN
  }
}

export async function writeFollowing(following: Following, { files }: Pick<HostPorts, 'files'>): Promise<void> {
  await files.write(PATHS.following, formatFollowing(following))
}
