import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { initPatch } from '../../src/app/build/mod.ts'
import { publishPackages } from '../../src/app/package/mod.ts'
import { makeBuildPorts } from '../../src/bin/ports/build-ports.ts'
import { makeRepositoryPorts } from '../../src/bin/ports/package-ports.ts'
import { flavourOf } from '../../src/core/package/mod.ts'
import { execOk } from '../../src/io/exec.ts'
import { readBytes } from '../../src/io/files.ts'
import { buildEdits, outputFolder } from '../kit/build-and-prove.ts'
import { VERSION } from '../kit/edit-source.ts'
import { type Host, type Said, shareHost } from '../kit/host.ts'
import { realKernel } from '../kit/real-kernel.ts'

/** Live patches that come and go as packages of a repository on a web server, by apt, on a Debian with two kernels. The tests build on each other. */

const folder = outputFolder()
afterAll(folder.dispose)

const KEY = 'packages@example.org'
const OTHER = '6.12'

async function buildInitial(name: string, line?: string): Promise<string> {
  const { target } = await realKernel(line)
  const output = `${folder.path}/${name}`
  await initPatch(
    { release: target.release, name, output },
    makeBuildPorts(() => {}),
  )
  return output
}

async function buildVersion(name: string, version: number): Promise<string> {
  const output = `${folder.path}/${name}`
  expect((await buildEdits([VERSION], { name, output, version })).kind).toBe('built')
  return output
}

const repository = `${folder.path}/apt`

function makeKey(): void {
  process.env['GNUPGHOME'] = `${folder.path}/gnupg`
  mkdirSync(`${folder.path}/gnupg`, { mode: 0o700 })
  execFileSync('gpg', ['--batch', '--quiet', '--passphrase', '', '--quick-generate-key', KEY, 'ed25519', 'sign', 'never'])
}

/** Adds live patches to the repository, and makes the web server of the host serve what that holds. */
async function publish(patches: readonly string[], host: Host): Promise<void> {
  const repositories = [{ format: 'deb', folder: repository } as const]
  const request = { patches, repositories, epoch: 1_790_000_000, agent: '0.1.0' }
  await publishPackages(request, makeRepositoryPorts({ suite: 'stable', key: KEY, validDays: 30 }))
  await execOk('tar', ['-C', folder.path, '-cf', `${folder.path}/apt.tar`, 'apt'])
  await host.machine.vm.put('/srv/apt.tar', await readBytes(`${folder.path}/apt.tar`))
  await host.shell('rm -rf /srv/www/apt && mkdir -p /srv/www && tar -C /srv/www -xf /srv/apt.tar')
}

const update = ({ shell }: Host) => shell('apt-get update --error-on=any')

const share = shareHost({ otherLines: [OTHER] })

async function apt({ shell }: Host, wish: string): Promise<Said> {
  return shell(`DEBIAN_FRONTEND=noninteractive apt-get --yes -o Dpkg::Use-Pty=0 ${wish}`)
}

async function names(): Promise<{ readonly meta: string; readonly own: string; readonly initial: string; readonly other: string }> {
  const [own, other] = [(await realKernel()).target.release, (await realKernel(OTHER)).target.release]
  const meta = `kmend-livepatch-${flavourOf(own)}`
  return { meta, own: `kmend-patch-${own}`, initial: `kmend-initial-${own}`, other: `kmend-initial-${other}` }
}

/** Until the next reboot. */
async function serve({ shell }: Host): Promise<void> {
  await shell('busybox httpd -p 127.0.0.1:8080 -h /srv/www')
}

const installed = async ({ shell }: Host) =>
  (await shell(`dpkg-query -W -f '\${db:Status-Abbrev}\${Package} \${Version}\\n' 'kmend-*' | sed -n 's/^ii //p'`)).out

test('the meta-package of a signed repository brings the live patches of both kernels, and that of the running one is applied', async (context) => {
  const host = await share(context)
  const { meta, own, initial, other } = await names()
  makeKey()
  execFileSync('gpg', ['--armor', '--output', `${folder.path}/kmend.asc`, '--export', KEY])
  await host.machine.vm.put('/etc/apt/keyrings/kmend.asc', await readBytes(`${folder.path}/kmend.asc`))
  const source = 'deb [signed-by=/etc/apt/keyrings/kmend.asc] http://127.0.0.1:8080/apt stable main'
  await host.shell(`echo '${source}' >/etc/apt/sources.list.d/kmend.list`)
  await publish([await buildInitial('first'), await buildInitial('other_first', OTHER), await buildVersion('second', 2)], host)
  await serve(host)
  expect((await update(host)).code).toBe(0)
  const said = await apt(host, `install ${meta}`)
  expect(said).toMatchObject({
    code: 0,
    out: expect.stringMatching(/applied {2}first, version 1[^]*applied {2}second, version 2[^]*first/),
  })
  expect(said.err).toMatch(/not applied now: it is for the kernel 6\.12/)
  for (const name of [meta, own, initial, other]) expect(await installed(host)).toContain(`${name} `)
  expect(await host.ask('status')).toMatchObject({
    patches: [{ name: 'second', isEnabled: true, ours: { standing: 'trial', package: own } }],
  })
})

test('an upgrade puts the next version into its place', async (context) => {
  const host = await share(context)
  await publish([await buildVersion('third', 3)], host)
  expect((await update(host)).code).toBe(0)
  const said = await apt(host, 'upgrade')
  expect([said.code, said.out]).toEqual([0, expect.stringMatching(/applied {2}third, version 3[^]*in place of second/)])
  expect((await host.shell('cat /proc/version; ls /sys/kernel/livepatch')).out).toMatch(/^patched .*\nthird\n$/)
})

test('what was changed on the way is refused, and so is an index that is held back past its time', async (context) => {
  const host = await share(context)
  const { own } = await names()
  const www = '/srv/www/apt'
  const index = `${www}/dists/stable/main/binary-amd64/Packages`
  /** As by a host that has never seen the repository; what was changed is as before then. */
  const saidOfChanged = async (change: string) => {
    await host.shell(`rm -f /var/lib/apt/lists/127.0.0.1*; ${change}`)
    const { code, err } = await update(host)
    await host.shell('tar -C /srv/www -xf /srv/apt.tar')
    expect(code).toBe(100)
    return err
  }
  expect(await saidOfChanged(`sed -i 's/^Label: kmend/Label: other/' ${www}/dists/stable/InRelease`)).toMatch(
    /signatures were invalid: BADSIG/,
  )
  expect(await saidOfChanged(`sed -i 's/live patch/like patch/' ${index}; gzip -kf ${index}`)).toMatch(/Hash Sum mismatch|unexpected size/)
  await host.machine.vm.put('/srv/InRelease', heldBack())
  expect(await saidOfChanged(`cp /srv/InRelease ${www}/dists/stable`)).toMatch(/Release file for http:\S+ is expired/)

  expect((await update(host)).code).toBe(0)
  await host.shell(`apt-get clean; for deb in ${www}/pool/${own}_3_*.deb; do printf x | dd of=$deb bs=1 seek=300 conv=notrunc; done`)
  expect(await apt(host, `install --reinstall ${own}`)).toMatchObject({ code: 100, err: expect.stringMatching(/Hash Sum mismatch/) })
  await host.shell('tar -C /srv/www -xf /srv/apt.tar')
})

/** The index as it was signed a day more ago than it is good for. */
function heldBack(): Uint8Array {
  const release = readFileSync(`${repository}/dists/stable/Release`, 'utf8')
  const old = release.replaceAll(/^(Date|Valid-Until): (.*)$/gm, (_, name: string, time: string) => {
    return `${name}: ${new Date(Date.parse(time) - 31 * 24 * 3600 * 1000).toUTCString().replace('GMT', '+0000')}`
  })
  return execFileSync('gpg', ['--batch', '--local-user', KEY, '--clearsign'], { input: old })
}

test('what nothing asks for any more stays as long as its kernel does', async (context) => {
  const host = await share(context)
  const { meta, own, other } = await names()
  expect((await apt(host, `remove --auto-remove ${meta}`)).code).toBe(0)
  expect(await installed(host)).not.toContain(meta)
  for (const name of [own, other]) expect(await installed(host)).toContain(`${name} `)
  expect((await host.shell('cat /proc/version')).out).toMatch(/^patched /)
})

test('removing it takes it off, and it stays off', async (context) => {
  const host = await share(context)
  const { own } = await names()
  const removed = await apt(host, `remove ${own}`)
  expect([removed.code, removed.out]).toEqual([0, expect.stringMatching(/removed {2}third/)])
  expect((await host.shell('cat /proc/version; ls /sys/kernel/livepatch')).out).toMatch(/^Linux .*\n$/)
  expect(await host.ask('agent')).toMatchObject({ applied: null })
  expect(Object.values(await host.ask('history'))).toContainEqual(
    expect.objectContaining({ act: 'remove', patch: 'third', reason: expect.stringMatching(/its package .* is removed/) }),
  )
})

test('installed while another kernel runs, each goes in once its own does', async (context) => {
  const host = await share(context)
  const { machine, shell, ask } = host
  const { own } = await names()
  const other = await realKernel(OTHER)
  // As on a host that has never seen it.
  await shell('rm -r /var/lib/kmend/host.json /var/lib/kmend/patches')
  await machine.reboot({ release: other.target.release })
  await serve(host)
  const said = await apt(host, `install ${own}`)
  expect([said.code, said.err]).toEqual([0, expect.stringMatching(/not applied now: it is for the kernel/)])
  expect(await ask('agent')).toMatchObject({ code: 0, applied: { kind: 'applied', name: 'other_first' } })
  await machine.reboot({})
  expect(await ask('status')).toMatchObject({
    patches: [],
    waiting: [{ name: 'third', why: expect.stringMatching(/not applied yet/) }],
  })
  expect(await ask('agent')).toMatchObject({ code: 0, applied: { kind: 'applied', name: 'third' } })
  await shell('printf \'[trial]\\ntime = "1s"\\n\' >/etc/kmend/kmend.toml; sleep 1')
  expect(await ask('agent')).toMatchObject({ acts: [{ name: 'third', act: 'accepted' }], applied: null })
})

test('removed while another kernel runs, it does not come back at the boot of its own', async (context) => {
  const host = await share(context)
  const { machine, ask } = host
  const { own } = await names()
  const [kernel, other] = [await realKernel(), await realKernel(OTHER)]
  await machine.reboot({ release: other.target.release })
  expect((await apt(host, `remove ${own}`)).code).toBe(0)
  const { installed: kept } = await ask('list')
  expect(kept).toContainEqual(expect.objectContaining({ name: 'third', release: kernel.target.release, standing: 'kept' }))
  await machine.reboot({})
  expect(await ask('status')).toMatchObject({ patches: [] })
})

test('without the host tool nothing comes back, and its state goes when it is purged', async (context) => {
  const host = await share(context)
  const purged = await apt(host, 'purge kmend-agent; ls /var/lib/kmend /usr/bin/kmend')
  expect([purged.out, purged.err]).toEqual([
    expect.stringMatching(/Purging configuration files for kmend-agent/),
    expect.stringMatching(/No such file.*\n.*No such file/),
  ])
})
