import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, type TestContext } from 'vitest'
import { buildPackage } from '../../workbench/package/command.ts'
import { type DebianMachine, makeDebianMachine, needingDebian } from './debian-machine.ts'
import { installAgent } from './install-agent.ts'
import { realKernel } from './real-kernel.ts'

export interface HostOptions {
  /** Makes the live patches; returns the output folder of each, by the name that it gets in /srv. */
  readonly patches?: () => Promise<Readonly<Record<string, string>>>
  /** Makes further files, by absolute path: what is in them, or the path of a file of this machine. */
  readonly files?: () => Promise<ReadonlyMap<string, Uint8Array | string>>
  readonly packages?: readonly string[]
  /** Lines of the kernels that are installed besides. */
  readonly otherLines?: readonly string[]
}

/** What a command of kmend said. */
export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A Debian with the package of kmend installed and live patches on its disk, for the tests of a file. */
export interface Host {
  readonly machine: DebianMachine
  /** Runs `kmend …` in it. */
  readonly kmend: (line: string) => Promise<Said>
  /** The same with --json, read. */
  readonly ask: (line: string) => Promise<Readonly<Record<string, unknown>> & { readonly code: number }>
  readonly shell: (script: string) => Promise<Said>
}

const SECONDS = 1000

/** The first test that asks for it makes and boots it. */
export function shareHost(options: HostOptions): (context: TestContext) => Promise<Host> {
  const folder = mkdtempSync(`${tmpdir()}/kmend-host-`)
  let shared: Promise<Host> | undefined
  afterAll(async () => {
    await (await shared?.catch(() => undefined))?.machine.discard()
    rmSync(folder, { recursive: true, force: true })
  })
  return (context) => needingDebian(context, () => (shared ??= makeHost(folder, options)))
}

async function makeHost(folder: string, options: HostOptions): Promise<Host> {
  const laid = new Map(await options.files?.())
  laid.set('/srv/kmend-agent.deb', await buildPackage(folder, { quick: true }))
  for (const [name, output] of Object.entries((await options.patches?.()) ?? {})) {
    for (const file of readdirSync(output)) if (/\.(ko|json)$/.test(file)) laid.set(`/srv/${name}/${file}`, `${output}/${file}`)
  }
  const otherKernels = await Promise.all((options.otherLines ?? []).map((line) => realKernel(line)))
  const machine = await makeDebianMachine(await realKernel(), { files: laid, packages: options.packages ?? [], otherKernels })
  await machine.boot()
  const shell = async (script: string) => {
    const { code, stdout, stderr } = await machine.vm.run(script, { timeoutMs: 600 * SECONDS })
    return { code, out: stdout, err: stderr }
  }
  const installed = await shell(installAgent('/srv/kmend-agent.deb'))
  if (installed.code !== 0) throw new Error(`kmend-agent is not installed: ${installed.out}${installed.err}`)
  return {
    machine,
    shell,
    kmend: (line) => shell(`kmend ${line}`),
    async ask(line) {
      const { code, out, err } = await shell(`kmend ${line} --json`)
      if (!out.startsWith('{') && !out.startsWith('[')) throw new Error(`kmend ${line} ended with ${code} and said: ${out}${err}`)
      return { ...(JSON.parse(out) as Record<string, unknown>), code }
    },
  }
}
