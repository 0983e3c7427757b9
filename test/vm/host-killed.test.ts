import { afterAll, expect, test } from 'vitest'
import { buildEdits, outputFolder } from '../kit/build-and-prove.ts'
import { VERSION } from '../kit/edit-source.ts'
import { shareHost } from '../kit/host.ts'

/** kmend is killed at every place where it makes something durable; whatever it had done, the next run finds out what is true. */

const folder = outputFolder()
afterAll(folder.dispose)

const MINUTE = 60_000
/** More than an apply has. */
const MANY = 40

async function patches(): Promise<Record<string, string>> {
  const output = `${folder.path}/version`
  const { kind } = await buildEdits([VERSION], { name: 'version', output })
  if (kind !== 'built') throw new Error(`version was not built: ${kind}`)
  return { version: output }
}

const share = shareHost({ patches, packages: ['strace'] })

test(
  'an apply that is killed at any sync to the disk is finished or forgotten by the next run, and the record says which',
  async (context) => {
    const { shell, kmend, ask } = await share(context)
    // One thread, so that the syncs of all files are counted together.
    const killedAt = (count: number) =>
      `UV_THREADPOOL_SIZE=1 strace -f -qq -o /dev/null -e trace=fsync -e inject=fsync:signal=SIGKILL:when=${count} kmend apply /srv/version`
    const ends: string[] = []
    for (let count = 1; count <= MANY; count++) {
      const { code } = await shell(killedAt(count))
      if (code === 0) break
      expect(code).toBe(137)
      expect((await kmend('agent')).code).toBe(0)
      const status = await ask('status')
      const isPatched = (await shell('cat /proc/version')).out.startsWith('patched')
      expect(status).toMatchObject({
        state: { kind: 'ready' },
        interrupted: null,
        patches: isPatched ? [{ name: 'version', isEnabled: true }] : [],
      })
      expect((await kmend('verify-history')).code).toBe(0)
      expect((await shell('ls /var/lib/kmend')).out).not.toMatch(/^journal\.json$/m)
      ends.push(isPatched ? 'finished' : 'forgotten')
      if (isPatched) await kmend('remove')
      expect((await shell('grep -c ^version /proc/modules')).out).toBe('0\n')
    }
    expect(ends.length).toBeLessThan(MANY)
    // Killed early, nothing was done; killed late, all was.
    expect(ends.join(' ')).toMatch(/^(forgotten ){3,}finished( finished)*$/)
  },
  20 * MINUTE,
)
