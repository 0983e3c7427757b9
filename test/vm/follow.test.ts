import { afterAll, beforeAll, expect, test } from 'vitest'
import { initPatch } from '../../src/app/build/mod.ts'
import { makeBundle } from '../../src/app/bundle/mod.ts'
import { mirrorRepository, promoteBundle, publishBundles, retractBundle } from '../../src/app/repo/mod.ts'
import { makeBuildPorts } from '../../src/bin/ports/build-ports.ts'
import { makeBundlePorts } from '../../src/bin/ports/bundle-ports.ts'
import { execOk } from '../../src/io/exec.ts'
import { readBytes } from '../../src/io/files.ts'
import { buildEdits, outputFolder } from '../kit/build-and-prove.ts'
import { VERSION } from '../kit/edit-source.ts'
import { type Host, shareHost } from '../kit/host.ts'
import { type TestPublisher, makePublisher } from '../kit/publisher.ts'
import { realKernel } from '../kit/real-kernel.ts'

/** A publisher on this machine, and a Debian that follows it: from a stick, then over a web server. The tests build on each other. */

const folder = outputFolder()
let publisher: TestPublisher
beforeAll(async () => {
  publisher = await makePublisher()
})
afterAll(() => {
  publisher.remove()
  folder.dispose()
})

const ADDRESS = 'http://127.0.0.1:8080'
/** The agent asks, and ends trials, in each of its rounds, and says for machines what it has done. */
const EAGER = `printf '[updates]\\ninterval = "1s"\\n[trial]\\ntime = "1s"\\n[boot]\\ninitramfs = true\\n' >/etc/kmend/kmend.toml
mkdir -p /run/systemd/system/kmend-agent.service.d
printf '[Service]\\nExecStart=\\nExecStart=/usr/bin/kmend agent --json\\nStandardOutput=truncate:/run/round.json\\nStandardError=journal\\n' >/run/systemd/system/kmend-agent.service.d/json.conf
systemctl daemon-reload`

const share = shareHost({})

async function buildFirst(output: string): Promise<void> {
  const { target } = await realKernel()
  const ports = makeBuildPorts(() => {})
  await initPatch({ release: target.release, name: 'first', output }, ports)
}

async function buildSecond(output: string): Promise<void> {
  expect((await buildEdits([VERSION], { name: 'second', output, version: 2 })).kind).toBe('built')
}

/** From a build to the first tier. */
async function publish(name: string, build: (output: string) => Promise<void>): Promise<void> {
  const [built, output] = [`${folder.path}/${name}`, `${folder.path}/${name}.kmend`]
  await build(built)
  const wish = { folder: built, output, kind: undefined, title: undefined, cveRecords: undefined }
  await makeBundle({ ...wish, mayBeUnproved: true }, makeBundlePorts())
  const { repo, ports } = publisher
  expect(await publishBundles(repo, { bundles: [output], tier: undefined }, ports)).toMatchObject({ kind: 'published' })
}

async function promote(name: string): Promise<void> {
  const { repo, ports } = publisher
  expect(await promoteBundle(repo, { name, tier: 'stable', release: undefined }, ports)).toMatchObject({ kind: 'published' })
}

/** Makes a folder of the host hold what one of this machine holds. The folder itself stays: a web server may stand in it. */
async function carry(from: string, to: string, { machine, shell }: Host): Promise<void> {
  const tar = `${folder.path}/carried.tar`
  await execOk('tar', ['-C', from, '-cf', tar, '.'])
  await machine.vm.put('/srv/carried.tar', await readBytes(tar))
  expect((await shell(`mkdir -p ${to} && find ${to} -mindepth 1 -delete && tar -C ${to} -xf /srv/carried.tar`)).code).toBe(0)
}

/** A round of the agent, within what its unit leaves it, in which the repository is asked. */
async function round({ shell }: Host): Promise<Readonly<Record<string, unknown>>> {
  const { out, err } = await shell('sleep 1; systemctl start kmend-agent.service; cat /run/round.json')
  if (!out.startsWith('{')) throw new Error(`a round of the agent said: ${out}${err}`)
  const { out: code } = await shell('systemctl show -P ExecMainStatus kmend-agent.service')
  return { ...(JSON.parse(out) as Record<string, unknown>), code: Number(code) }
}

test('what was copied onto a stick goes in on a host that the stick is carried to', async (context) => {
  const host = await share(context)
  await publish('first', buildFirst)
  await promote('first')
  const { repo, ports, fingerprint } = publisher
  const stick = `${folder.path}/stick`
  await mirrorRepository({ address: `file://${repo}/public`, fingerprint, folder: stick, releases: undefined }, ports)
  await carry(stick, '/media/stick', host)
  await host.shell(EAGER)
  expect((await host.kmend(`enable file:///media/stick --root ${'0'.repeat(64)} --carried`)).code).toBe(7)
  expect(await host.ask(`enable file:///media/stick --root ${fingerprint} --carried`)).toMatchObject({
    code: 0,
    error: null,
    plan: { act: { kind: 'apply', offer: { name: 'first' } } },
  })
  expect(await round(host)).toMatchObject({ code: 0, followed: { outcome: { kind: 'applied', name: 'first', version: 1 }, faults: [] } })
  expect(await round(host)).toMatchObject({
    acts: [{ name: 'first', act: 'accepted' }],
    followed: { outcome: null, faults: [] },
    images: [{ patches: ['first'], said: null }],
  })
  expect((await host.kmend('disable')).out).toMatch(/^disabled {2}file:\/\/\/media\/stick; what is in force stays/)
})

test('over a web server, a host that follows canary has the second version before stable does', async (context) => {
  const host = await share(context)
  await publish('second', buildSecond)
  await carry(`${publisher.repo}/public`, '/srv/www', host)
  await host.shell('busybox httpd -p 127.0.0.1:8080 -h /srv/www')
  const enable = `enable ${ADDRESS} --root ${publisher.fingerprint}`
  expect((await host.kmend(enable)).out).toMatch(/^next +nothing to do: first, version 1: it is in force/m)
  expect(await round(host)).toMatchObject({ code: 0, followed: { outcome: null, faults: [] } })
  expect((await host.kmend(`${enable} --tier canary`)).out).toMatch(/^next +apply second: version 1 is in force/m)
  expect(await round(host)).toMatchObject({
    code: 0,
    followed: { outcome: { kind: 'applied', name: 'second', replaced: ['first'] }, faults: [] },
  })
  expect((await host.shell('cat /proc/version')).out).toMatch(/^patched /)
})

test('once it is promoted, a host that follows stable again has it in force, and has nothing to do', async (context) => {
  const host = await share(context)
  await promote('second')
  await carry(`${publisher.repo}/public`, '/srv/www', host)
  expect((await host.kmend(`enable ${ADDRESS} --root ${publisher.fingerprint}`)).out).toMatch(
    /^next +nothing to do: second, version 2: it is in force/m,
  )
  expect(await round(host)).toMatchObject({ code: 0, acts: [{ name: 'second', act: 'accepted' }], followed: { outcome: null, faults: [] } })
})

test('what its publisher takes back goes out, and the version before is in force again', async (context) => {
  const host = await share(context)
  const wish = { name: 'second', tier: undefined, reason: 'it panics', stepBack: true, release: undefined }
  expect(await retractBundle(publisher.repo, wish, publisher.ports)).toMatchObject({ kind: 'published' })
  await carry(`${publisher.repo}/public`, '/srv/www', host)
  expect(await round(host)).toMatchObject({ code: 0, followed: { outcome: { kind: 'applied', name: 'first', version: 1 }, faults: [] } })
  expect((await host.shell('cat /proc/version')).out).toMatch(/^Linux /)
  expect((await host.kmend('apply second')).err).toMatch(/^error\[trust\/retracted\]/)
})

test('status, plan and history say so, and what is in force stays when the host follows no more', async (context) => {
  const { kmend, ask } = await share(context)
  expect(await ask('status')).toMatchObject({
    patches: [{ name: 'first', isEnabled: true, ours: { version: 1 } }],
    following: { url: ADDRESS, tier: 'stable', known: { error: null } },
  })
  expect((await kmend('plan')).out).toMatch(/^second +version 2, .*: it was taken back on [-\d]+: it panics/m)
  const acts = Object.values(await ask('history')) as readonly Readonly<Record<string, unknown>>[]
  const changes = acts.filter(({ act }) => act !== 'decide').map(({ act, patch }) => `${String(act)} ${String(patch)}`)
  expect(changes).toEqual(
    expect.arrayContaining(['apply first', 'accept first', 'disable null', 'enable null', 'apply second', 'downgrade first']),
  )
  expect((await kmend('disable')).code).toBe(0)
  expect(await ask('status')).toMatchObject({ following: null, patches: [{ name: 'first', isEnabled: true }] })
})
