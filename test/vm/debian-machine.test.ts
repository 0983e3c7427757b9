import { describe, expect, test } from 'vitest'
import { shareDebianMachine } from '../kit/debian-machine.ts'
import { realKernel } from '../kit/real-kernel.ts'

/** The Debian that the host tool is tested on: that it is one, and that its disk behaves as a disk does. */

const GIVEN = new TextEncoder().encode('#!/bin/sh\necho given\n')
const share = shareDebianMachine({
  files: new Map<string, Uint8Array | string>([
    ['/opt/a folder/node', process.execPath],
    ['/usr/bin/given', GIVEN],
  ]),
})

describe('a Debian machine', () => {
  test('is a real host: systemd runs on the very kernel, and nothing has failed', async (context) => {
    const { vm } = await share(context)
    const { target } = await realKernel()
    expect(await vm.run('systemctl is-system-running')).toMatchObject({ code: 0, stdout: 'running\n' })
    expect((await vm.run('uname -r')).stdout).toBe(`${target.release}\n`)
    expect((await vm.run('findmnt -no FSTYPE,OPTIONS /')).stdout).toMatch(/^ext4 +rw,/)
    expect(await vm.run('apt-get check -qq && dpkg --audit')).toMatchObject({ code: 0, stdout: '' })
  })

  test('has the files that it was made with, and runs a Node', async (context) => {
    const { vm } = await share(context)
    expect(await vm.run('given')).toMatchObject({ code: 0, stdout: 'given\n' })
    expect(await vm.run('"/opt/a folder/node" -p 6*7')).toMatchObject({ code: 0, stdout: '42\n' })
  })

  test('keeps what was written when it is shut down, and what was synced when its power is cut', async (context) => {
    const machine = await share(context)
    await machine.vm.put('/var/lib/written', GIVEN)
    await machine.reboot({ commandLine: ['kmend.mode=off'] })
    expect(await machine.vm.get('/var/lib/written')).toEqual(GIVEN)
    expect((await machine.vm.run('cat /proc/cmdline')).stdout).toMatch(/ kmend.mode=off$/m)
    await machine.vm.run('echo once >/var/lib/synced; sync; echo more >/var/lib/unsynced')
    await machine.cut()
    const vm = await machine.boot()
    expect((await vm.run('cat /var/lib/synced; systemctl is-system-running')).stdout).toBe('once\nrunning\n')
  })
})
