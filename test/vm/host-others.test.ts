import { cpSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { signLivepatch } from '../../src/app/sign/mod.ts'
import { makeSignPorts } from '../../src/bin/ports/sign-ports.ts'
import { execOk } from '../../src/io/exec.ts'
import { buildEdits, outputFolder } from '../kit/build-and-prove.ts'
import { VERSION } from '../kit/edit-source.ts'
import { shareHost } from '../kit/host.ts'
import { realKernel } from '../kit/real-kernel.ts'
import { OWNER_CERTIFICATE, layOwnerKey } from '../kit/secure-boot.ts'
import { buildVendorPatch } from '../kit/vendor-patch.ts'

/** A host on which live patches of other builders are loaded, and scripts that were written for their tools. The tests build on each other. */

const folder = outputFolder()
afterAll(folder.dispose)

async function patches(): Promise<Record<string, string>> {
  const kernel = await realKernel()
  buildVendorPatch(kernel, { name: 'vendor_a', replaces: 'loadavg_proc_show', prints: 'no load, says a' }, `${folder.path}/a`)
  buildVendorPatch(kernel, { name: 'vendor_b', replaces: 'uptime_proc_show', prints: 'no time, says b' }, `${folder.path}/b`)
  // A file that nobody reads but this test.
  const slow = { name: 'vendor_slow', replaces: 'execdomains_proc_show', prints: 'no hurry, says slow', sleepsMs: 60_000 }
  buildVendorPatch(kernel, slow, `${folder.path}/slow`)
  const { kind } = await buildEdits([VERSION], { name: 'ours', output: `${folder.path}/ours` })
  expect(kind).toBe('built')
  for (const [name, of] of [
    ['signed', 'ours'],
    ['stranger', 'ours'],
    ['b-signed', 'b'],
  ])
    cpSync(`${folder.path}/${of}`, `${folder.path}/${name}`, { recursive: true })
  const [owner, stranger] = [`${folder.path}/owner.key`, `${folder.path}/stranger.key`]
  await layOwnerKey(owner)
  for (const path of ['signed', 'b-signed/vendor_b.ko'])
    await signLivepatch(`${folder.path}/${path}`, makeSignPorts({ key: owner, certificate: OWNER_CERTIFICATE }))
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=stranger', '-keyout', stranger, '-out', `${stranger}.pem`]
  await execOk('openssl', made)
  await signLivepatch(`${folder.path}/stranger`, makeSignPorts({ key: stranger, certificate: `${stranger}.pem` }))
  return Object.fromEntries(['a', 'b', 'b-signed', 'slow', 'ours', 'signed', 'stranger'].map((name) => [name, `${folder.path}/${name}`]))
}

const share = shareHost({ patches })

test('live patches of two vendors stand side by side, one loaded without us and one by us', async (context) => {
  const { shell, ask, kmend } = await share(context)
  expect((await shell('insmod /srv/a/vendor_a.ko')).code).toBe(0)
  expect(await ask('apply /srv/b/vendor_b.ko')).toMatchObject({ code: 0, kind: 'applied', name: 'vendor_b', trialMs: null })
  expect((await shell('cat /proc/loadavg /proc/uptime')).out).toBe('no load, says a\nno time, says b\n')
  expect(await ask('status')).toMatchObject({
    patches: [
      { name: 'vendor_a', isEnabled: true, ours: null, objects: [{ name: 'vmlinux', functions: ['loadavg_proc_show,1'] }] },
      { name: 'vendor_b', isEnabled: true, ours: null, objects: [{ name: 'vmlinux', functions: ['uptime_proc_show,1'] }] },
    ],
  })
  expect((await kmend('patches')).out).toMatch(/vendor_a[^]*vendor_b/)
})

test('one of ours does not take their place unasked', async (context) => {
  const { kmend } = await share(context)
  const { code, err } = await kmend('apply /srv/ours')
  expect([code, err]).toEqual([8, expect.stringMatching(/error\[host\/others-patch\]: .* take the place of vendor_a, vendor_b/)])
})

test('scripts for SUSE’s klp and for kpatch find what they look for, by either name', async (context) => {
  const { shell } = await share(context)
  await shell('for name in klp kpatch; do ln -s /usr/bin/kmend /usr/local/bin/$name; done')
  expect(await shell('klp status; klp check')).toEqual({ code: 0, out: 'ready\n', err: '' })
  expect((await shell('klp -v patches')).out).toMatch(/^vendor_a\n {4}active: 1\n {4}RPM: \(none\)\n {4}CVE: \(none\)\n/)
  expect((await shell('klp blocking')).out).toBe('no threads with klp_in_progress set\n')
  expect((await shell('kpatch list')).out).toMatch(/^Loaded patch modules:\nvendor_a \[enabled\]\nvendor_b \[enabled\]\n/)
  expect((await shell('kmend kpatch unload vendor_b')).out).toMatch(
    // The transition may be over before anybody could wait for it.
    /^disabling patch module: vendor_b\n(waiting \(up to 15 seconds\) for patch transition[^]*\n)?unloading patch module: vendor_b\n$/,
  )
  expect((await shell('ls -d /sys/module/vendor_*')).out).toBe('/sys/module/vendor_a\n')
  expect((await shell('kpatch load /srv/b/vendor_b.ko')).out).toMatch(/^loading patch module: \/srv\/b\/vendor_b\.ko\n/)
  expect((await shell('cat /proc/uptime')).out).toBe('no time, says b\n')
})

test('a task sleeps in a live patch where no transition looks: it stays in memory, and is neither unloaded nor applied again before the task has left', async (context) => {
  const { shell, ask, kmend } = await share(context)
  expect(await ask('apply /srv/slow/vendor_slow.ko')).toMatchObject({ code: 0, kind: 'applied' })
  await shell('systemd-run --unit=sleeper cat /proc/execdomains; sleep 1')
  expect((await shell('kpatch unload vendor_slow')).err).toBe('kpatch: failed to unload module vendor_slow (refcnt)\n')
  expect((await shell('cat /proc/execdomains; ls -d /sys/module/vendor_slow')).out).toMatch(/Linux.*\n\/sys\/module\/vendor_slow\n$/)
  expect((await kmend('apply /srv/slow/vendor_slow.ko')).err).toMatch(
    /error\[host\/in-memory\]: Cannot apply vendor_slow again: its module is still in memory, and the task \d+ \(cat, sleeper\.service\) is in it\n.*: vendor_wait\S* \[vendor_slow\]/,
  )
  // Had the module been unloaded, the task would return to where nothing is any more.
  expect((await shell('while systemctl is-active sleeper; do sleep 2; done; journalctl -b -u sleeper -o cat')).out).toContain(
    'no hurry, says slow',
  )
  expect(await ask('apply /srv/slow/vendor_slow.ko')).toMatchObject({ code: 0, kind: 'applied' })
  expect((await shell('kpatch unload vendor_slow; ls /sys/module')).out).not.toMatch(/^vendor_slow$/m)
})

test('kpatch install takes the signature of what is installed without one, and says of a second copy that it is installed', async (context) => {
  const { shell } = await share(context)
  expect((await shell('kpatch install /srv/b/vendor_b.ko')).code).toBe(0)
  expect((await shell('kpatch install /srv/b-signed/vendor_b.ko')).out).toMatch(/^installing \/srv\/b-signed\/vendor_b\.ko /)
  const kept = await shell('cmp /srv/b-signed/vendor_b.ko $(find /var/lib/kmend -name vendor_b.ko)')
  expect(kept).toEqual({ code: 0, out: '', err: '' })
  expect((await shell('kpatch install /srv/b-signed/vendor_b.ko')).err).toMatch(/vendor_b\.ko is already installed\n$/)
  expect((await shell('kpatch uninstall vendor_b')).code).toBe(0)
})

test('asked to, it does, and theirs are in force no more', async (context) => {
  const { shell, ask, kmend } = await share(context)
  expect(await ask('apply /srv/ours --replace-others')).toMatchObject({ code: 0, replaced: ['vendor_a', 'vendor_b'] })
  expect((await shell('cat /proc/loadavg; ls /sys/kernel/livepatch')).out).toMatch(/^\d\.\d+ .*\nours\n$/)
  // The same build, signed since: its signature is kept for a boot that asks for one.
  expect((await kmend('apply /srv/signed')).out).toMatch(/in force already; the signature that it has now is kept/)
  const digests = await shell('sha256sum /srv/signed/ours.ko $(find /var/lib/kmend -name ours.ko) | cut -c1-64 | uniq | wc -l')
  expect(digests.out).toBe('1\n')
})

test('a kernel that loads signed modules only, booted securely, refuses what is not signed, and what it does not trust', async (context) => {
  const { machine, shell, ask, kmend } = await share(context)
  await machine.reboot({ isSecure: true })
  expect((await shell('cat /sys/kernel/security/lockdown')).out).toBe('none [integrity] confidentiality\n')
  expect((await kmend('doctor')).out).toMatch(/signed modules only \(Secure Boot is on, lockdown integrity\)[^]*SnakeOil/)
  const unsigned = await kmend('apply /srv/ours')
  expect([unsigned.code, unsigned.err]).toEqual([7, expect.stringMatching(/error\[host\/unsigned\]/)])
  // The signature of one of the kernel's own modules: its key is trusted, and it is not of this module.
  await shell(`module=$(find /lib/modules -name loop.ko); cp -r /srv/b /tmp/b
    size=$(tail -c 32 "$module" | head -c 4 | od -An -tu4 --endian=big)
    tail -c $((size + 40)) "$module" >>/tmp/b/vendor_b.ko`)
  const strange = await kmend('apply /tmp/b/vendor_b.ko')
  expect([strange.code, strange.err]).toEqual([7, expect.stringMatching(/error\[host\/signature\]/)])
  expect((await kmend('apply /srv/stranger')).err).toMatch(/error\[host\/signature\]/)
  expect((await shell('lsmod | grep -c -e ours -e vendor')).out).toBe('0\n')
  expect(await ask('apply /srv/signed')).toMatchObject({
    code: 0,
    kind: 'applied',
    name: 'ours',
    functions: ['vmlinux:version_proc_show,1'],
  })
})

test('what is accepted there keeps its file and its standing when a copy with a strange signature is refused, and comes back at a secure boot', async (context) => {
  const { machine, shell, ask, kmend } = await share(context)
  await shell(`printf '[trial]\\ntime = "1s"\\n' >/etc/kmend/kmend.toml; sleep 1`)
  expect(await ask('agent')).toMatchObject({ acts: [{ name: 'ours', act: 'accepted' }] })
  expect((await shell('kpatch unload ours')).code).toBe(0)
  const kept = () => shell('sha256sum $(find /var/lib/kmend/patches -type f); cat /var/lib/kmend/host.json')
  const before = await kept()
  expect((await kmend('apply /srv/stranger')).err).toMatch(/error\[host\/signature\]/)
  expect(await kept()).toEqual(before)
  await machine.reboot({ isSecure: true })
  expect((await shell('cat /sys/kernel/security/lockdown')).out).toBe('none [integrity] confidentiality\n')
  expect(await ask('status')).toMatchObject({ patches: [{ name: 'ours', isEnabled: true, ours: { standing: 'accepted' } }] })
  expect(await ask('remove')).toMatchObject({ code: 0, kind: 'removed', name: 'ours' })
})
