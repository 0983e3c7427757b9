import { execFileSync } from 'node:child_process'
import { readdirSync, statfsSync } from 'node:fs'
import { runAgent } from '../../src/app/host/agent.ts'
import { enableRepository } from '../../src/app/host/enable.ts'
import { readFollowing } from '../../src/app/host/following-store.ts'
import { readHistoryOf } from '../../src/app/host/history.ts'
import { readRecord } from '../../src/app/host/host-store.ts'
import { appendSynced, readBytes, readText, removeSynced, truncateFile, writeWhole } from '../../src/io/files.ts'
import { exists, listNames } from '../../src/io/folders.ts'
import { makeFollowingHost } from './following-host.ts'

/** A program: a host whose disk is the one that is mounted on a folder follows a repository, with ever more room, and prints what comes of each round as JSON. */

const [root = '', url = '', fingerprint = '', release = '', buildId = ''] = process.argv.slice(2)
const AMPLE = 64 * 1024

const host = makeFollowingHost(root, { release, buildId })
const at = (path: string) => (path.startsWith('/run/') ? `${root}.run${path}` : `${root}${path}`)
host.ports = {
  ...host.ports,
  files: {
    exists: (path) => exists(at(path)),
    readBytes: (path) => readBytes(at(path)),
    readText: (path) => readText(at(path)),
    write: (path, content) => writeWhole(at(path), content),
    append: (path, text) => appendSynced(at(path), text),
    truncate: (path, sizeBytes) => truncateFile(at(path), sizeBytes),
    remove: (path) => removeSynced(at(path)),
    names: (folder) => listNames(at(folder)),
  },
}

/** Leaves so many kB free. */
function room(free: number): void {
  const { blocks, bfree, bsize } = statfsSync(root)
  execFileSync('mount', ['-o', `remount,size=${((blocks - bfree) * bsize) / 1024 + free}k`, root])
}

/** A round of the agent, two hours later: what went wrong, what is in force, and what is not whole on the disk. */
async function round() {
  host.aheadMs += 2 * 3_600_000
  const said = await runAgent(host.ports).then(
    ({ followed }) => (followed?.faults ?? []).map(({ code }) => code),
    ({ code }: { code: string }) => [code],
  )
  await readRecord(host.ports)
  await readFollowing(host.ports)
  const { findings } = await readHistoryOf(undefined, host.ports)
  const parts = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.part'))
  return { said, enabled: host.enabled(), broken: [...findings, ...parts] }
}

room(AMPLE)
host.put('/etc/kmend/kmend.toml', '[updates]\nautomatic = false\n')
await enableRepository({ url, fingerprint, tier: 'stable', isCarried: false }, host.ports)
host.put('/etc/kmend/kmend.toml', '')
const rounds: unknown[] = []
for (const free of [0, 4, 8, 12, 16, 20, 24, 28, 32, 36, AMPLE]) {
  room(free)
  rounds.push({ free, ...(await round()) })
}
process.stdout.write(JSON.stringify(rounds))
