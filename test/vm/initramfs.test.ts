import { afterAll, describe, expect, test } from 'vitest'
import { signLivepatch } from '../../src/app/sign/mod.ts'
import { makeSignPorts } from '../../src/bin/ports/sign-ports.ts'
import { buildEdits, outputFolder } from '../kit/build-and-prove.ts'
import { VERSION } from '../kit/edit-source.ts'
import { type Host, shareHost } from '../kit/host.ts'
import { realKernel } from '../kit/real-kernel.ts'
import { OWNER_CERTIFICATE, layOwnerKey } from '../kit/secure-boot.ts'

/** Live patches that the initial RAM disk loads, on a Debian whose policy wants that. The tests build on each other. */

const folder = outputFolder()
afterAll(folder.dispose)

const share = shareHost({
  patches: async () => {
    const output = `${folder.path}/fix`
    const { kind } = await buildEdits([VERSION], { name: 'fix', output })
    if (kind !== 'built') throw new Error(`the live patch was not built: ${kind}`)
    // What is kept and what was built are two digests then. This kernel takes any signature.
    await layOwnerKey(`${folder.path}/key`)
    await signLivepatch(output, makeSignPorts({ key: `${folder.path}/key`, certificate: OWNER_CERTIFICATE }))
    return { fix: output }
  },
})

const POLICY = `printf '[trial]\\ntime = "1s"\\n[boot]\\ninitramfs = true\\n' >/etc/kmend/kmend.toml`

/** What is in the image of the running kernel that is ours or is not to be there. */
async function inImage({ shell }: Host): Promise<string[]> {
  const { out } = await shell(
    'lsinitramfs /boot/initrd.img-$(uname -r) | grep -e kmend/ -e bottom/kmend -e bin/kmend -e bin/od$ -e bin/node',
  )
  return out.split('\n').filter((line) => line !== '')
}

/** The kernel's log up to where systemd begins, and what follows. */
async function bootLog({ shell }: Host): Promise<readonly [string, string]> {
  const { out } = await shell('dmesg')
  const at = out.search(/systemd\[1\]: systemd \d/)
  expect(at).toBeGreaterThan(0)
  return [out.slice(0, at), out.slice(at)]
}

describe('the initial RAM disk', () => {
  test('gets what is accepted, with the round of the agent that accepts it', async (context) => {
    const host = await share(context)
    const { target } = await realKernel()
    await host.shell(POLICY)
    expect(await host.ask('apply /srv/fix')).toMatchObject({ code: 0, kind: 'applied' })
    expect(await inImage(host)).toEqual([])
    await host.shell('sleep 1')
    expect(await host.ask('agent')).toMatchObject({
      acts: [{ name: 'fix', act: 'accepted' }],
      images: [{ release: target.release, patches: ['fix'], said: null }],
    })
    const [sha256 = ''] = (await host.shell('sha256sum /srv/fix/fix.ko')).out.split(' ')
    expect((await inImage(host)).toSorted()).toEqual([
      'scripts/init-bottom/kmend',
      'usr/bin/od',
      'usr/lib/kmend/early',
      `usr/lib/kmend/early/${sha256}.ko`,
    ])
    expect(await host.ask('agent')).toMatchObject({ acts: [], images: [] })
  })

  test('loads it after a clean shutdown, before systemd begins; kmend records that', async (context) => {
    const host = await share(context)
    await host.machine.reboot()
    const [before, after] = await bootLog(host)
    expect(before).toMatch(/kmend: fix: loading\n[^]*livepatch: enabling patch 'fix'[^]*kmend: fix: in force/)
    expect(after).not.toMatch(/enabling patch/)
    expect((await host.shell('cat /proc/version')).out).toMatch(/^patched /)
    expect((await host.shell('journalctl -b -u kmend-boot -o cat')).out).toMatch(
      /^applied {2}fix.*\n[^]*note: the initial RAM disk had loaded/m,
    )
    expect(await host.ask('status')).toMatchObject({ patches: [{ name: 'fix', isEnabled: true, ours: { standing: 'accepted' } }] })
    expect(Object.values(await host.ask('history')).slice(-2, -1)).toMatchObject([
      { act: 'restore', patch: 'fix', outcome: 'done', reason: 'loaded by the initial RAM disk' },
    ])
    expect((await host.shell('ls /etc/kmend/next-boot /run/kmend/initramfs')).code).toBe(2)
  })

  test('loads nothing after a crash, which puts what was coming back into quarantine; then the image does without it', async (context) => {
    const host = await share(context)
    await host.machine.cut()
    await host.machine.boot()
    expect((await host.shell('dmesg')).out).not.toMatch(/kmend: |enabling patch/)
    expect(await inImage(host)).toContainEqual(expect.stringMatching(/\.ko$/))
    expect(await host.ask('list')).toMatchObject({
      installed: [{ name: 'fix', standing: 'quarantined', why: expect.stringMatching(/while it came back at boot/) }],
    })
    expect(await host.ask('agent')).toMatchObject({ images: [{ patches: [], said: null }] })
    expect(await inImage(host)).toEqual(['scripts/init-bottom/kmend'])
  })

  test('loads nothing when the command line says off', async (context) => {
    const host = await share(context)
    await host.kmend("release fix --reason 'it was a test'")
    await host.kmend('apply fix')
    await host.shell('sleep 1')
    expect(await host.ask('agent')).toMatchObject({ acts: [{ act: 'accepted' }], images: [{ patches: ['fix'], said: null }] })
    await host.machine.reboot({ commandLine: ['kmend.mode=off'] })
    expect((await host.shell('dmesg')).out).toMatch(
      /kmend: no live patch is loaded so early: the kernel's command line says kmend\.mode=off/,
    )
    expect((await host.shell('cat /proc/version; ls /sys/kernel/livepatch')).out).toMatch(/^Linux version .*\n$/)
  })
})
