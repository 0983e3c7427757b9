import { afterAll, expect, test } from 'vitest'
import { buildEdits, outputFolder } from '../kit/build-and-prove.ts'
import { VERSION } from '../kit/edit-source.ts'
import { type Host, shareHost } from '../kit/host.ts'

/** kmend is killed at every place where it makes something durable; whatever it had done, the next run finds out what is true. */

const folder = outputFolder()
afterAll(folder.dispose)

const MINUTE = 60_000
/** More syncs than any act has. */
const MANY = 40

async function patches(): Promise<Record<string, string>> {
  const output = `${folder.path}/version`
  const { kind } = await buildEdits([VERSION], { name: 'version', output })
  if (kind !== 'built') throw new Error(`version was not built: ${kind}`)
  return { version: output }
}

const share = shareHost({ patches, packages: ['strace'] })

type End = 'in force' | 'not in force'

/**
 * Kills an act at its first sync to the disk, then at its second, and so on until it comes to its end; after each, one round of the agent must find out what
 * is true. `prepare` brings the host to where the act begins.
 */
async function killEverywhere(
  { shell, kmend, ask }: Host,
  act: string,
  prepare: (end: End | undefined) => Promise<unknown>,
): Promise<End[]> {
  // One thread, so that the syncs of all files are counted together.
  const killedAt = (count: number) =>
    `UV_THREADPOOL_SIZE=1 strace -f -qq -o /dev/null -e trace=fsync -e inject=fsync:signal=SIGKILL:when=${count} kmend ${act}`
  const ends: End[] = []
  for (let count = 1; count <= MANY; count++) {
    await prepare(ends.at(-1))
    const { code } = await shell(killedAt(count))
    if (code === 0) return ends
    expect(code).toBe(137)
    expect((await kmend('agent')).code).toBe(0)
    const isPatched = (await shell('cat /proc/version')).out.startsWith('patched')
    expect(await ask('status')).toMatchObject({
      state: { kind: 'ready' },
      interrupted: null,
      patches: isPatched ? [{ name: 'version', isEnabled: true }] : [],
    })
    expect((await kmend('verify-history')).code).toBe(0)
    expect((await shell('ls /var/lib/kmend')).out).not.toMatch(/^journal\.json$/m)
    ends.push(isPatched ? 'in force' : 'not in force')
  }
  throw new Error(`kmend ${act} has more than ${MANY} syncs`)
}

test(
  'an apply that is killed at any sync to the disk is finished or forgotten by the next run, and the record says which',
  async (context) => {
    const host = await share(context)
    const ends = await killEverywhere(host, 'apply /srv/version', async (end) => end === 'in force' && host.kmend('remove'))
    // Killed early, nothing was done; killed late, all was.
    expect(ends.join()).toMatch(/^(not in force,){3,}in force(,in force)*$/)
  },
  20 * MINUTE,
)

test(
  'a removal that is killed at any sync is finished by the next run, once anything of it was durable',
  async (context) => {
    const host = await share(context)
    const ends = await killEverywhere(host, 'remove', async (end) => end !== 'in force' && host.kmend('apply /srv/version'))
    expect(ends.join()).toMatch(/^(in force,)+not in force(,not in force)*$/)
  },
  20 * MINUTE,
)
