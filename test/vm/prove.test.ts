import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, expect, test, type TestContext } from 'vitest'
import { type ProveReport, type ProveRequest, prove } from '../../src/app/prove/mod.ts'
import { makeProvePorts } from '../../src/bin/ports/prove-ports.ts'
import { buildEdits, outputFolder } from '../kit/build-and-prove.ts'
import { type Edit, KAUDITD, LOOP_OFFSET, VERSION, threadLoopsOf } from '../kit/edit-source.ts'
import { faultOf, needingVm } from '../kit/vm.ts'

/** What kmend prove says when something is not as it should be. */

const folder = outputFolder()
afterAll(folder.dispose)

const built = new Map<string, Promise<string>>()

/** A copy of the output of a build, for a test to damage; each edit is built once. */
async function outputOf(context: TestContext, name: string, change: Edit): Promise<string> {
  const output = `${folder.path}/${name}`
  const done = built.get(name) ?? buildOnce(context, change, { name, output })
  built.set(name, done)
  const copy = `${output}-${built.size}-${Math.round(performance.now())}`
  cpSync(await done, copy, { recursive: true, filter: (path) => !path.endsWith('/work') })
  return copy
}

async function buildOnce(context: TestContext, change: Edit, options: { readonly name: string; readonly output: string }): Promise<string> {
  const outcome = await needingVm(context, () => buildEdits([change], { ...options, allowThreadLoop: threadLoopsOf(change) }))
  if (outcome.kind !== 'built') throw new Error(`${options.name} was not built: ${outcome.kind}`)
  return options.output
}

function proveIt(
  path: string,
  { probe = 'true', ...options }: Partial<ProveRequest> & { readonly probe?: string } = {},
): Promise<ProveReport> {
  const content = new TextEncoder().encode(`#!/bin/sh\n${probe}\n`)
  const request = { paths: [path], probes: [{ name: 'a probe', content }], modules: [], deadlineMs: 60_000, ...options }
  return prove(
    request,
    makeProvePorts(() => {}),
  )
}

function edit(path: string, act: (text: string) => string): void {
  writeFileSync(path, act(readFileSync(path, 'latin1')), 'latin1')
}

test('a live patch reaches a module that is loaded after it', async (context) => {
  const output = await outputOf(context, 't_late', LOOP_OFFSET)
  const probe = 'grep -c ^loop /proc/modules; losetup /dev/loop0 /init && cat /sys/block/loop0/loop/offset; losetup -d /dev/loop0'
  const report = await proveIt(output, { isLate: true, probe })
  expect(report.findings).toEqual([])
  expect(report.patches[0]?.functions).toEqual(['loop:loop_attr_do_show_offset,1'])
  expect(report.probes.map(({ stdout }) => stdout.trim())).toEqual(['0', '1\npatched 0', '1\n0'])
})

test('a transition that a sleeping task blocks ends in a fault that names the task', async (context) => {
  const fault = await faultOf(proveIt(await outputOf(context, 't_stuck', KAUDITD), { deadlineMs: 2000 }))
  expect([fault.code, fault.message]).toEqual([
    'prove/stalled',
    'Cannot finish the transition to t_stuck: after 2 s 1 task has not left the other code',
  ])
  expect(fault.in).toMatch(/^\s+kauditd \(task \d+\), in kauditd_thread < kthread/)
})

test('a module that the kernel refuses ends in a fault with the reason from its log', async (context) => {
  const output = await outputOf(context, 't_version', VERSION)
  edit(`${output}/t_version.ko`, (text) => text.replace(' mod_unload ', ' mod_unl0ad '))
  expect((await faultOf(proveIt(output))).message).toBe(
    'Cannot prove t_version: the module is not the one that its manifest names by digest',
  )
  rmSync(`${output}/manifest.json`)
  const fault = await faultOf(proveIt(`${output}/t_version.ko`))
  expect(fault.code).toBe('prove/refused')
  expect(fault.message).toMatch(/^Cannot load t_version: t_version: version magic '\S+ SMP preempt mod_unl0ad .*' should be /)
})

test('a manifest that promises something else is a finding', async (context) => {
  const output = await outputOf(context, 't_version', VERSION)
  edit(`${output}/manifest.json`, (text) => text.replaceAll('"version_proc_show"', '"vfs_read"'))
  const report = await proveIt(output)
  expect(report.kind).toBe('disproved')
  expect(report.findings).toEqual([
    'the manifest promises vmlinux:vfs_read,1, sysfs does not list it',
    'sysfs lists vmlinux:version_proc_show,1, the manifest does not',
  ])
})

test('what is left behind or logged is a finding each', async (context) => {
  const output = await outputOf(context, 't_version', VERSION)
  const probe = `[ "$1" = with ] || exit 0
cd /sys/kernel/debug/tracing && echo vfs_fsync >set_ftrace_filter && echo function >current_tracer
echo '<4>WARNING: not a real one' >/dev/kmsg`
  const report = await proveIt(output, { probe })
  expect(report.findings).toEqual([
    expect.stringMatching(/^traced function left behind: vfs_fsync/),
    expect.stringMatching(/^kernel log, warning: .*WARNING: not a real one$/),
  ])
})

test('a live patch for another build of the same release is not tried', async (context) => {
  const output = await outputOf(context, 't_version', VERSION)
  edit(`${output}/manifest.json`, (text) => text.replace(/"buildId": "\w{4}/, '"buildId": "0000'))
  expect((await faultOf(proveIt(output))).message).toMatch(
    /^Cannot prove t_version: it was built for another build of \S+ than the cache has$/,
  )
})
