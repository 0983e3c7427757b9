import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'

/** As the launchers do: most of a start is reading the same sources. */
const env = { ...process.env, NODE_COMPILE_CACHE: 'node_modules/.compile-cache' }

/** Why no disk of a test's own can be mounted here; undefined when one can. */
export function whyNoSmallDisk(): string | undefined {
  try {
    execFileSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'pipe' })
    return undefined
  } catch (error) {
    return `no file system can be mounted in a namespace of users: ${(error as Error).message}`
  }
}

/** Runs a shell script with a disk in memory mounted on a folder, which holds what the folder held. `room N` leaves N kB free on it. Returns what it prints. */
export async function onSmallDisk(folder: string, script: string, args: readonly string[]): Promise<string> {
  const lead = `set -eu
folder=$1; shift
room() { used=$(df --output=used -k "$folder" | tail -n 1); mount -o "remount,size=$((used + $1))k" "$folder"; }
cp -a "$folder" "$folder.before"
mount -t tmpfs none "$folder"
cp -a "$folder.before/." "$folder"
rm -r "$folder.before"
`
  const { stdout } = await promisify(execFile)('unshare', ['-rm', 'sh', '-c', lead + script, process.execPath, folder, ...args], { env })
  return stdout
}
