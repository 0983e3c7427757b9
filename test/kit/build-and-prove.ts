import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { type BuildOutcome, type BuildRequest, build } from '../../src/app/build/mod.ts'
import { type ProveReport, prove } from '../../src/app/prove/mod.ts'
import type { KernelRelease } from '../../src/core/kernel/mod.ts'
import { makeBuildPorts } from '../../src/bin/ports/build-ports.ts'
import { makeProvePorts } from '../../src/bin/ports/prove-ports.ts'
import { type Edit, patchOf } from './edit-source.ts'
import { realKernel } from './real-kernel.ts'

/** A folder for the outputs of a test; `dispose` removes it. */
export function outputFolder(): { readonly path: string; readonly dispose: () => void } {
  const path = mkdtempSync(`${tmpdir()}/kmend-test-`)
  return { path, dispose: () => rmSync(path, { recursive: true, force: true }) }
}

export interface BuildOptions {
  readonly name: string
  /** Among the cumulative live patches; 1 when not given. */
  readonly version?: number
  readonly output: string
  readonly allowLayout?: readonly string[]
  readonly allowThreadLoop?: readonly string[]
  readonly fuzz?: number
  readonly setData?: readonly string[]
  readonly cves?: readonly string[]
  readonly after?: BuildRequest['after']
  readonly external?: BuildRequest['external']
  /** The kernel line, `6.1` when not given. */
  readonly line?: string
  /** `cloud` when not given. */
  readonly flavour?: KernelRelease['flavour']
}

/** Builds these edits for the kernel of a line that the tests share. */
export async function buildEdits(edits: readonly Edit[], options: BuildOptions): Promise<BuildOutcome> {
  const { paths } = await realKernel(options.line, options.flavour)
  return buildPatch(patchOf(paths.tree, edits), options)
}

export async function buildPatch(text: string, options: BuildOptions): Promise<BuildOutcome> {
  const { target } = await realKernel(options.line, options.flavour)
  const request = {
    patches: [{ file: `${options.name}.patch`, text }],
    release: target.release,
    name: options.name,
    version: options.version ?? 1,
    output: options.output,
    fuzz: options.fuzz ?? 0,
    allowLayout: options.allowLayout ?? [],
    allowThreadLoop: options.allowThreadLoop ?? [],
    setData: options.setData ?? [],
    cves: options.cves ?? [],
    bugs: [],
    ...(options.after === undefined ? {} : { after: options.after }),
    ...(options.external === undefined ? {} : { external: options.external }),
  }
  return build(
    request,
    makeBuildPorts(() => {}),
  )
}

/** Loads the outputs of builds one after the other in their kernel, with a shell script as the probe. */
export async function proveFolders(paths: readonly string[], probe: string, modules: readonly string[] = []): Promise<ProveReport> {
  const content = new TextEncoder().encode(`#!/bin/sh\n${probe}\n`)
  const ports = makeProvePorts(() => {})
  return prove({ paths, probes: [{ name: 'probe', content }], modules, deadlineMs: 60_000 }, ports)
}

/** What the probe printed in each phase, in order. */
export function probeOutputs(report: ProveReport): string[] {
  return report.probes.map((probe) => probe.stdout.trim())
}
