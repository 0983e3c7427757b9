import { afterAll, describe, expect, test } from 'vitest'
import { buildEdits, outputFolder } from '../kit/build-and-prove.ts'
import { type Edit, KAUDITD, VERSION, threadLoopsOf } from '../kit/edit-source.ts'
import { shareHost } from '../kit/host.ts'

/** What can go wrong while a live patch goes in, on a real host, and how it ends. */

const folder = outputFolder()
afterAll(folder.dispose)

/** Whoever reads from an empty pipe sleeps in this function. */
const PIPE_READ: Edit = {
  path: 'fs/pipe.c',
  find: '\t/* Null read succeeds. */\n\tif (unlikely(total_len == 0))',
  replace: '\t/* Null read succeeds. */\n\tif (unlikely(total_len == 0 || total_len > MAX_RW_COUNT))',
}

async function patches(): Promise<Record<string, string>> {
  const made: Record<string, string> = {}
  for (const [name, edit] of Object.entries({ version: VERSION, pipe: PIPE_READ, audit: KAUDITD })) {
    const output = `${folder.path}/${name}`
    const { kind } = await buildEdits([edit], { name, output, allowThreadLoop: threadLoopsOf(edit) })
    if (kind !== 'built') throw new Error(`${name} was not built: ${kind}`)
    made[name] = output
  }
  return made
}

const share = shareHost({ patches, packages: ['strace'] })
const policy = (text: string) => `printf '${text.replaceAll('\n', '\\n')}' >/etc/kmend/kmend.toml`

describe('a transition that does not end', () => {
  test('is reversed by policy, and the task that holds it is named with its unit', async (context) => {
    const { shell, ask } = await share(context)
    await shell(
      `${policy('[transition]\ndeadline = "4s"\nstalled = "reverse"\n')}; systemd-run --unit=reader sh -c 'sleep 1000 | cat'; sleep 1`,
    )
    const outcome = await ask('apply /srv/pipe')
    expect(outcome).toMatchObject({ code: 9, kind: 'stalled', left: 'reversed' })
    expect(outcome['tasks']).toContainEqual(
      expect.objectContaining({ name: 'cat', unit: 'reader.service', isKernelThread: false, sleepsIn: 'pipe_read' }),
    )
    expect(await ask('status')).toMatchObject({ state: { kind: 'ready' }, patches: [] })
    // It stays in memory, and is no hindrance below.
    expect((await shell('grep -c ^pipe /proc/modules')).out).toBe('1\n')
  })

  test('is waited for when the policy says so, and ends once the task is woken', async (context) => {
    const { shell, ask, kmend } = await share(context)
    // The kernel itself wakes such a task after 15 s: few commands fit in, on a busy machine.
    await shell(policy('[transition]\ndeadline = "1s"\nstalled = "wait"\n'))
    expect(await ask('apply /srv/pipe')).toMatchObject({ code: 9, kind: 'stalled', left: 'waiting' })
    expect((await kmend('blocking -vv')).out).toMatch(
      /pid \d+ {2}cat, reader\.service, in pipe_read\n +pipe_read\+0x\S+ {2}← replaced by pipe[^]*try: it sleeps in pipe_read; systemctl restart reader\.service, or wait/,
    )
    expect(await ask('status')).toMatchObject({ state: { kind: 'in_progress', patch: 'pipe', toward: 'patched' }, interrupted: 'pipe' })
    await shell('systemctl stop reader')
    expect((await kmend('agent')).code).toBe(0)
    expect(await ask('status')).toMatchObject({ state: { kind: 'ready' }, patches: [{ name: 'pipe', isEnabled: true }], interrupted: null })
    await shell(policy('[transition]\nstalled = "wait"\ndeadline = "10s"\n'))
    expect((await kmend('remove')).code).toBe(0)
  })

  test('of a kernel thread can be turned round by hand', async (context) => {
    const { ask, kmend } = await share(context)
    expect(await ask('apply /srv/audit')).toMatchObject({
      code: 9,
      left: 'waiting',
      tasks: [{ name: 'kauditd', isKernelThread: true, sleepsIn: 'kauditd_thread' }],
    })
    expect((await kmend('blocking -v')).out).toMatch(/pid \d+ {2}kernel thread kauditd/)
    expect((await kmend('signal')).out).toMatch(/woken: none\nleft alone, because they are kernel threads or process 1: kauditd/)
    expect(await ask("revert --reason 'it never ends'")).toMatchObject({ code: 0, kind: 'removed', name: 'audit' })
    expect(await ask('status')).toMatchObject({ state: { kind: 'ready' }, patches: [], interrupted: null })
  })
})

describe('an administrator’s own check', () => {
  test('that fails before keeps a live patch out, and one that fails after takes it back', async (context) => {
    const { shell, ask, kmend } = await share(context)
    await shell(
      `${policy('')}; printf '#!/bin/sh\\necho the shop is closed; exit 3\\n' >/etc/kmend/health/before/shop; chmod +x /etc/kmend/health/before/shop`,
    )
    expect(await ask('apply /srv/version')).toMatchObject({
      code: 8,
      kind: 'refused',
      faults: [{ code: 'host/unhealthy', message: expect.stringMatching(/before\/shop fails: exit code 3: the shop is closed/) }],
    })
    await shell('mv /etc/kmend/health/before/shop /etc/kmend/health/after/')
    expect(await ask('apply /srv/version')).toMatchObject({
      code: 8,
      kind: 'undone',
      now: null,
      findings: [expect.stringMatching(/the shop is closed/)],
    })
    expect((await shell('cat /proc/version')).out).toMatch(/^Linux/)
    await shell('rm /etc/kmend/health/after/shop')
    expect((await kmend('apply /srv/version')).err).toMatch(/error\[host\/quarantined\]/)
    expect((await kmend("release version --reason 'the shop is open again'")).code).toBe(0)
  })
})

describe('a host that goes down on trial', () => {
  test('does not load what it was trying again, and says so', async (context) => {
    const { machine, ask, kmend } = await share(context)
    expect(await ask('apply /srv/version')).toMatchObject({ code: 0, kind: 'applied' })
    await machine.vm.run('echo c >/proc/sysrq-trigger').catch(() => {})
    await machine.boot()
    expect(await ask('status')).toMatchObject({
      patches: [],
      waiting: expect.arrayContaining([
        expect.objectContaining({ name: 'version', why: expect.stringMatching(/quarantine: the host went down/) }),
      ]),
    })
    // Its removal, by a package's script perhaps, is no way out of there.
    expect((await kmend('remove version')).code).toBe(3)
    expect((await kmend('apply version')).err).toMatch(/error\[host\/quarantined\]/)
    expect((await kmend("release version --reason 'a cable'")).code).toBe(0)
  })

  test('cleanly does not blame it', async (context) => {
    const { machine, ask } = await share(context)
    expect(await ask('apply /srv/version')).toMatchObject({ code: 0, kind: 'applied' })
    await machine.reboot()
    expect(await ask('status')).toMatchObject({
      patches: [],
      waiting: expect.arrayContaining([
        expect.objectContaining({ name: 'version', why: expect.stringMatching(/its trial was ended by a reboot/) }),
      ]),
    })
  })
})

describe('bad input', () => {
  test.for<[string, string, number, RegExp]>([
    [
      'a damaged module',
      'cp -r /srv/version /tmp/a; printf x | dd of=/tmp/a/version.ko bs=1 seek=5000 conv=notrunc 2>&-; kmend apply /tmp/a',
      5,
      /error\[bundle\/damaged\]/,
    ],
    [
      'a manifest that is cut off',
      'cp -r /srv/version /tmp/b; truncate -s 100 /tmp/b/manifest.json; kmend apply /tmp/b',
      5,
      /error\[build\/manifest\]/,
    ],
    [
      'another build of the kernel',
      'cp -r /srv/version /tmp/c; sed -i s/\\"buildId\\":\\ \\"./\\"buildId\\":\\ \\"/ /tmp/c/manifest.json; kmend apply /tmp/c',
      8,
      /error\[host\/other-kernel\]: .* another build/,
    ],
    ['no root', 'runuser -u nobody -- kmend remove', 6, /error\[host\/not-root\]/],
    ['no such live patch', 'kmend apply nonesuch', 2, /error\[host\/unknown\]/],
    [
      'a full disk',
      'mount -t tmpfs -o size=16k none /var/lib/kmend; kmend apply /srv/version; code=$?; umount /var/lib/kmend; exit $code',
      6,
      /error\[io\/no-space\]/,
    ],
    ['no sysfs', "unshare -m sh -c 'umount -R /sys; kmend apply /srv/version'", 6, /error\[host\/no-livepatch\]/],
    [
      'a policy that says nonsense',
      'printf \'[transition]\\nstalled = "force"\\n\' >/etc/kmend/kmend.toml; kmend apply /srv/version; code=$?; rm /etc/kmend/kmend.toml; exit $code',
      5,
      /error\[host\/policy\]/,
    ],
  ])('%s is refused, with the right exit code', async ([, script, code, said], context) => {
    const { shell, ask } = await share(context)
    const result = await shell(script)
    expect([result.code, result.err]).toEqual([code, expect.stringMatching(said)])
    expect(await ask('status')).toMatchObject({ patches: [], state: { kind: 'ready' } })
  })
})

describe('a transition that is forced', () => {
  const held = `${policy('[transition]\ndeadline = "1s"\nstalled = "wait"\n')}; systemd-run --unit=reader sh -c 'sleep 1000 | cat'; sleep 1`
  const forced = expect.objectContaining({ act: 'force', patch: 'pipe', reason: 'the shop must open', outcome: 'done' })

  test('on the way in ends with a reason in the history', async (context) => {
    const { shell, ask, kmend } = await share(context)
    await shell(held)
    expect(await ask('apply /srv/pipe')).toMatchObject({ code: 9, left: 'waiting' })
    expect((await kmend('force')).code).toBe(2)
    expect(await ask("force --reason 'the shop must open'")).toMatchObject({
      code: 0,
      kind: 'forced',
      name: 'pipe',
      tasks: [{ name: 'cat', unit: 'reader.service' }],
      staying: [],
    })
    expect((await kmend('agent')).code).toBe(0)
    expect(await ask('status')).toMatchObject({ state: { kind: 'ready' }, patches: [{ name: 'pipe', isEnabled: true }], interrupted: null })
    expect(Object.values(await ask('history'))).toContainEqual(forced)
    await shell('systemctl stop reader')
  })

  test('on the way out has its module never let go, and says so', async (context) => {
    const { shell, ask, kmend } = await share(context)
    await shell(held)
    expect(await ask('remove')).toMatchObject({ code: 9, kind: 'stalled', left: 'waiting' })
    expect((await kmend("force --reason 'the shop must open'")).out).toMatch(/The module pipe can never be removed without a reboot/)
    expect((await kmend('agent')).code).toBe(0)
    expect(Object.values(await ask('history'))).toContainEqual(expect.objectContaining({ act: 'remove', patch: 'pipe', outcome: 'done' }))
    expect((await kmend('apply /srv/pipe')).err).toMatch(
      /error\[host\/in-memory\]: Cannot apply pipe again: .* the task \d+ \(cat, reader\.service\) is in it\n {2}in: {2}\S+stack: pipe_read\S* \[pipe\]/,
    )
    await shell('systemctl stop reader')
    expect((await kmend('apply /srv/pipe')).err).toMatch(/error\[host\/in-memory\]: .* the kernel does not let it go: .*in use/)
    expect(await ask('status')).toMatchObject({ state: { kind: 'ready' }, patches: [], interrupted: null })
    expect((await kmend('check')).out).not.toMatch(/pipe/)
  })
})
