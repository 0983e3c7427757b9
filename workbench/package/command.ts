import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import type { PackageFormat } from '../../src/core/bundle/mod.ts'
import type { Package } from '../../src/core/package/mod.ts'
import { VERSION } from '../../src/bin/version.ts'
import { runOk } from '../run.ts'
import { agentPackage } from './agent-package.ts'
import { patchPackage, readFolder } from '../../src/app/package/mod.ts'
import { makePackagePorts } from '../../src/bin/ports/package-ports.ts'
import { buildDeb } from '../../src/io/build-deb.ts'
import { buildRpm } from '../../src/io/build-rpm.ts'
import { buildExecutable } from './executable.ts'

interface Options {
  readonly patch?: string
  readonly quick?: true
  readonly rpm?: true
}

export function addPackageCommand(program: Command): void {
  program
    .command('package')
    .argument('[folder]', 'where the package is put', 'out')
    .option('--patch <folder>', 'the live patch in this output folder of kmend build, instead of the host tool')
    .option('--rpm', 'an .rpm instead of a .deb')
    .option('--quick', 'compress fast, not small')
    .description('build a package: kmend-agent, the host tool that needs no Node; or a live patch')
    .action(async (folder: string, options: Options) => {
      process.stdout.write(`${await buildPackage(resolve(folder), options)}\n`)
    })
}

/** Returns the path of the package. The same commit gives the same bytes. */
export async function buildPackage(folder: string, { patch, quick, rpm }: Options): Promise<string> {
  const epoch = await commitTime()
  const work = await mkdtemp(join(tmpdir(), 'kmend-package-'))
  try {
    await mkdir(folder, { recursive: true })
    const format = rpm === true ? 'rpm' : 'deb'
    const wanted =
      patch === undefined ? await agentPackage(await buildExecutable(work), epoch, format) : await packPatch(resolve(patch), epoch, format)
    return await (rpm === true ? buildRpm : buildDeb)(wanted, { folder, epoch, isQuick: quick === true })
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** Of the commit, in seconds since 1970, or what the environment says instead (reproducible-builds.org/specs/source-date-epoch). */
async function commitTime(): Promise<number> {
  return Number(process.env['SOURCE_DATE_EPOCH'] ?? (await runOk('git', ['log', '-1', '--format=%ct'])))
}

/** A live patch as a package, from the output folder of a build. */
export async function packPatch(folder: string, epoch: number, format: PackageFormat): Promise<Package> {
  const ports = makePackagePorts()
  return patchPackage(await readFolder(folder, ports), { epoch, format, agent: VERSION, hasInitial: false }, ports)
}
