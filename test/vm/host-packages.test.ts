import { afterAll, expect, test } from 'vitest'
import { initPatch } from '../../src/app/build/mod.ts'
import { makeBuildPorts } from '../../src/bin/ports/build-ports.ts'
import { buildPackage } from '../../workbench/package/command.ts'
import { buildEdits, outputFolder } from '../kit/build-and-prove.ts'
import { VERSION } from '../kit/edit-source.ts'
import { shareHost } from '../kit/host.ts'
import { realKernel } from '../kit/real-kernel.ts'

/** Live patches that come and go as packages, by apt, on a Debian with two kernels. The tests build on each other. */

const folder = outputFolder()
afterAll(folder.dispose)

const [V1, V2] = ['/srv/version-1.deb', '/srv/version-2.deb']

/** The same package in two versions. */
async function debs(): Promise<Map<string, string>> {
  const { target } = await realKernel()
  const [first, second] = [`${folder.path}/first`, `${folder.path}/second`]
  await initPatch(
    { release: target.release, name: 'first', output: first },
    makeBuildPorts(() => {}),
  )
  const { kind } = await buildEdits([VERSION], { name: 'second', output: second, version: 2 })
  expect(kind).toBe('built')
  return new Map([
    [V1, await buildPackage(folder.path, { patch: first, quick: true })],
    [V2, await buildPackage(folder.path, { patch: second, quick: true })],
  ])
}

const share = shareHost({ files: debs, otherLines: ['6.12'] })
const apt = 'DEBIAN_FRONTEND=noninteractive apt-get --yes -o Dpkg::Use-Pty=0'

test('installing one applies it, and a newer version takes its place', async (context) => {
  const { shell, ask } = await share(context)
  const { target } = await realKernel()
  const name = `kmend-patch-${target.release}`
  const installed = await shell(`${apt} install ${V1}`)
  expect([installed.code, installed.out]).toEqual([0, expect.stringMatching(/applied {2}first, version 1/)])
  expect(await ask('status')).toMatchObject({ patches: [{ name: 'first', isEnabled: true, ours: { standing: 'trial', package: name } }] })
  const upgraded = await shell(`${apt} install ${V2}`)
  expect([upgraded.code, upgraded.out]).toEqual([0, expect.stringMatching(/applied {2}second, version 2[^]*in place of first/)])
  expect((await shell('cat /proc/version; cut -d" " -f1 /proc/modules | grep -e first -e second')).out).toMatch(/^patched .*\nsecond\n$/)
})

test('removing it takes it off, and it stays off', async (context) => {
  const { shell, ask } = await share(context)
  const { target } = await realKernel()
  const removed = await shell(`${apt} remove kmend-patch-${target.release}`)
  expect([removed.code, removed.out]).toEqual([0, expect.stringMatching(/removed {2}second/)])
  expect((await shell('cat /proc/version; ls /sys/kernel/livepatch /usr/lib/kmend/patches')).out).toMatch(/^Linux .*\n/)
  expect(await ask('agent')).toMatchObject({ applied: null })
  expect(Object.values(await ask('history'))).toContainEqual(
    expect.objectContaining({ act: 'remove', patch: 'second', reason: expect.stringMatching(/its package .* is removed/) }),
  )
})

test('installed while another kernel runs, it goes in once its own does', async (context) => {
  const { machine, shell, ask } = await share(context)
  const other = await realKernel('6.12')
  // As on a host that has never seen it.
  await shell('rm -r /var/lib/kmend/host.json /var/lib/kmend/patches')
  await machine.reboot({ release: other.target.release })
  const installed = await shell(`${apt} install ${V2}`)
  expect([installed.code, installed.err]).toEqual([0, expect.stringMatching(/not applied now: it is for the kernel/)])
  expect(await ask('agent')).toMatchObject({ applied: null })
  await machine.reboot({})
  expect(await ask('status')).toMatchObject({
    patches: [],
    waiting: [{ name: 'second', why: expect.stringMatching(/not applied yet/) }],
  })
  expect(await ask('agent')).toMatchObject({ code: 0, applied: { kind: 'applied', name: 'second' } })
  await shell('printf \'[trial]\\ntime = "1s"\\n\' >/etc/kmend/kmend.toml; sleep 1')
  expect(await ask('agent')).toMatchObject({ acts: [{ name: 'second', act: 'accepted' }], applied: null })
})

test('removed while another kernel runs, it does not come back at the boot of its own', async (context) => {
  const { machine, shell, ask } = await share(context)
  const [own, other] = [await realKernel(), await realKernel('6.12')]
  await machine.reboot({ release: other.target.release })
  expect((await shell(`${apt} remove kmend-patch-${own.target.release}`)).code).toBe(0)
  expect(await ask('list')).toMatchObject({ installed: [{ name: 'second', release: own.target.release, standing: 'kept' }] })
  await machine.reboot({})
  expect(await ask('status')).toMatchObject({ patches: [], waiting: [{ name: 'second', why: 'kept' }] })
})

test('without the host tool nothing comes back, and its state goes when it is purged', async (context) => {
  const { shell } = await share(context)
  const purged = await shell(`${apt} purge kmend-agent; ls /var/lib/kmend /usr/bin/kmend`)
  expect([purged.out, purged.err]).toEqual([
    expect.stringMatching(/Purging configuration files for kmend-agent/),
    expect.stringMatching(/No such file.*\n.*No such file/),
  ])
})
