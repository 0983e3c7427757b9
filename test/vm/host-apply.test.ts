import { afterAll, describe, expect, test } from 'vitest'
import { initPatch } from '../../src/app/build/mod.ts'
import { makeBuildPorts } from '../../src/bin/ports/build-ports.ts'
import { buildEdits, outputFolder } from '../kit/build-and-prove.ts'
import { type Edit, VERSION } from '../kit/edit-source.ts'
import { type Host, shareHost } from '../kit/host.ts'
import { realKernel } from '../kit/real-kernel.ts'

/** The host tool on a Debian with systemd: what goes in, what is said of it, and how it comes out. The tests build on each other, as an administrator's day does. */

const folder = outputFolder()
afterAll(folder.dispose)

/** /proc/uptime begins with another word, besides. */
const UPTIME: Edit = { path: 'fs/proc/uptime.c', find: 'seq_printf(m, "%lu.', replace: 'seq_puts(m, "up "); seq_printf(m, "%lu.' }

/** So does /proc/loadavg. */
const LOADAVG: Edit = { path: 'fs/proc/loadavg.c', find: 'seq_printf(m, "%lu.', replace: 'seq_puts(m, "load "); seq_printf(m, "%lu.' }

/** What the versions after the first one hold: each adds to the one before, or takes something back. */
const LATER: Readonly<Record<string, readonly Edit[]>> = {
  second: [VERSION],
  third: [VERSION, UPTIME],
  fourth: [UPTIME],
  fifth: [UPTIME, LOADAVG],
  sixth: [VERSION, UPTIME, LOADAVG],
  seventh: [VERSION, LOADAVG],
}

async function patches(): Promise<Record<string, string>> {
  const { target } = await realKernel()
  await initPatch(
    { release: target.release, name: 'first', output: `${folder.path}/first` },
    makeBuildPorts(() => {}),
  )
  for (const [index, [name, edits]] of Object.entries(LATER).entries()) {
    const { kind } = await buildEdits(edits, { name, output: `${folder.path}/${name}`, version: index + 2 })
    expect(kind).toBe('built')
  }
  return Object.fromEntries(['first', ...Object.keys(LATER)].map((name) => [name, `${folder.path}/${name}`]))
}

const share = shareHost({ patches })
const SHORT_TRIAL = `printf '[trial]\\ntime = "1s"\\n' >/etc/kmend/kmend.toml`

describe('on a host', () => {
  test('the empty first live patch goes in, and is on trial', async (context) => {
    const host = await share(context)
    expect(await host.ask('status')).toMatchObject({ impossible: [], state: { kind: 'ready' }, patches: [] })
    expect(await host.ask("apply /srv/first --reason 'is it ready?'")).toMatchObject({
      code: 0,
      kind: 'applied',
      name: 'first',
      functions: [],
    })
    expect(await host.ask('status')).toMatchObject({
      patches: [{ name: 'first', isEnabled: true, ours: { version: 1, standing: 'trial' } }],
    })
    expect((await host.kmend('apply /srv/first')).code).toBe(3)
    await host.shell(`${SHORT_TRIAL}; sleep 1`)
    expect(await host.ask('agent')).toMatchObject({ acts: [{ name: 'first', act: 'accepted' }] })
  })

  test('a later version goes in in its place, and its module stays in memory, of which nobody speaks', async (context) => {
    const host = await share(context)
    expect(await host.ask('apply /srv/third')).toMatchObject({ code: 0, kind: 'applied', replaced: ['first'] })
    expect((await host.shell('cat /proc/version /proc/uptime')).out).toMatch(/^patched .*\nup /)
    expect(await inMemory(host)).toEqual({ modules: ['first', 'third'], livePatches: ['third'] })
    await expectQuiet(host, ['third'])
  })

  test('a lower version does not, but by downgrade to one that was accepted', async (context) => {
    const host = await share(context)
    const refused = await host.kmend('apply /srv/second')
    expect(refused.code).toBe(8)
    expect(refused.err).toMatch(/error\[host\/lower-version\]: Cannot apply second: it is version 2, and version 3 \(third\) is in force/)
    expect(await host.ask('downgrade')).toMatchObject({
      code: 0,
      kind: 'applied',
      name: 'first',
      version: 1,
      trialMs: null,
      replaced: ['third'],
    })
    // What was in memory was unloaded, and loaded anew.
    expect(await inMemory(host)).toEqual({ modules: ['first', 'third'], livePatches: ['first'] })
    expect((await host.shell('cat /proc/version')).out).toMatch(/^Linux/)
    expect((await host.kmend('downgrade')).code).toBe(2)
    expect(await host.ask('apply /srv/third')).toMatchObject({ code: 0, replaced: ['first'] })
  })

  test('a trial that has lasted long enough makes it accepted; then it comes back at boot, alone', async (context) => {
    const host = await share(context)
    await host.shell('sleep 1')
    expect(await host.ask('agent')).toMatchObject({ acts: [{ name: 'third', act: 'accepted' }] })
    await host.machine.reboot()
    expect((await host.shell('journalctl -b -u kmend-boot -o cat')).out).toMatch(/^applied {2}third/m)
    expect(await host.ask('status')).toMatchObject({ patches: [{ name: 'third', isEnabled: true, ours: { standing: 'accepted' } }] })
  })

  test('a monitor is told that all is well, and a doctor finds no problem', async (context) => {
    const { kmend, shell } = await share(context)
    const check = await kmend('check')
    expect([check.code, check.out]).toEqual([
      0,
      expect.stringMatching(/^OK - third version 3 in force \| patches=1;;;0 functions=2;;;0 .* transition=0s;;60;0/),
    ])
    expect((await kmend('check --format openmetrics')).out).toMatch(/\n# EOF\n$/)
    expect((await shell('runuser -u nobody -- kmend check')).code).toBe(3)
    const doctor = await kmend('doctor')
    expect([doctor.code, doctor.out]).toEqual([0, expect.stringMatching(/^ok +kernel options +all that live patching needs$/m)])
    expect((await kmend('lifecycle')).out).toContain((await realKernel()).target.release)
  })

  test('what was done stands in a history that shows any change', async (context) => {
    const host = await share(context)
    expect((await host.kmend('verify-history')).out).toMatch(/^whole/)
    const entries = Object.values(await host.ask('history'))
    expect(entries[0]).toMatchObject({ act: 'apply', patch: 'first', outcome: 'done', reason: 'is it ready?', actor: { uid: 0 } })
    await host.shell("sed -i 's/is it ready/was it ready/' /var/lib/kmend/history.jsonl")
    const changed = await host.kmend('verify-history')
    expect([changed.code, changed.out]).toEqual([7, expect.stringMatching(/entry 1 \(line 1\) was changed/)])
    await host.shell("sed -i 's/was it ready/is it ready/' /var/lib/kmend/history.jsonl")
  })

  test('it comes out, the kernel runs its own code, and its module stays in memory, of which nobody speaks', async (context) => {
    const host = await share(context)
    expect(await host.ask('remove')).toMatchObject({ code: 0, kind: 'removed', name: 'third', isInMemory: true, notes: [] })
    expect((await host.shell('cat /proc/version')).out).toMatch(/^Linux version/)
    expect(await inMemory(host)).toEqual({ modules: ['third'], livePatches: [] })
    await expectQuiet(host, [])
  })

  test('the same one goes in again', async (context) => {
    const host = await share(context)
    expect(await host.ask('apply third')).toMatchObject({ code: 0, kind: 'applied', name: 'third', notes: [] })
    expect((await host.shell('cat /proc/version')).out).toMatch(/^patched/)
    expect(await inMemory(host)).toEqual({ modules: ['third'], livePatches: ['third'] })
    expect((await host.kmend('remove')).out).toMatch(/^removed {2}third, .*\n {2}its module does nothing any more, and stays in memory/)
  })

  test('a jump from version 1 to 7 ends as all the steps between do, and nothing of those is in force', async (context) => {
    const host = await share(context)
    const jumped = await endOf(host, ['first', 'seventh'])
    expect(jumped).toEqual({
      functions: ['seventh/vmlinux/loadavg_proc_show,1', 'seventh/vmlinux/version_proc_show,1'],
      livePatches: ['seventh'],
      record: [expect.objectContaining({ name: 'seventh', version: 7, standing: 'accepted', isInForce: true })],
    })
    expect(await endOf(host, ['first', ...Object.keys(LATER)])).toEqual(jumped)
  })
})

/** The modules of these tests that are in memory, and the live patches that the kernel lists. */
async function inMemory({ shell }: Host): Promise<{ readonly modules: readonly string[]; readonly livePatches: readonly string[] }> {
  const { out } = await shell('ls /sys/module; echo; ls /sys/kernel/livepatch')
  const [modules = '', livePatches = ''] = out.split('\n\n')
  const ours = new Set(['first', ...Object.keys(LATER)])
  return {
    modules: modules.split('\n').filter((name) => ours.has(name)),
    livePatches: livePatches.split('\n').filter((name) => name !== ''),
  }
}

/** Whoever asks how the host does hears of those in force alone. */
async function expectQuiet({ ask, kmend }: Host, inForce: readonly string[]): Promise<void> {
  const named = inForce.map((name) => expect.objectContaining({ name, isEnabled: true }))
  expect(await ask('status')).toMatchObject({ state: { kind: 'ready' }, patches: named, interrupted: null })
  expect(await kmend('check')).toMatchObject({ code: 0, out: expect.stringMatching(/^OK - /) })
  const doctor = await kmend('doctor')
  expect([doctor.code, doctor.out]).toEqual([0, expect.not.stringMatching(/first|third/)])
}

/** How a host stands once these are applied one after the other, and the last one is accepted. Afterwards it is taken off. */
async function endOf(host: Host, names: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const { ask, shell } = host
  for (const name of names) expect(await ask(`apply /srv/${name}`)).toMatchObject({ code: 0, kind: 'applied', name })
  await shell('sleep 1')
  expect(await ask('agent')).toMatchObject({ acts: [{ name: names.at(-1), act: 'accepted' }] })
  const lines = async (script: string) => (await shell(script)).out.trim().split('\n')
  const functions = await lines('cd /sys/kernel/livepatch && ls -d */*/*,*')
  const { livePatches } = await inMemory(host)
  const kept = (await ask('list'))['installed'] as readonly Readonly<Record<string, unknown>>[]
  const record = kept.filter(({ standing }) => standing === 'accepted').map((patch) => ({ ...patch, sinceMs: undefined }))
  expect(await ask('remove')).toMatchObject({ code: 0, kind: 'removed' })
  return { functions, livePatches, record }
}
