import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { runOk } from '../run.ts'
import { agentPackage } from './agent-package.ts'
import { buildDeb } from './deb.ts'
import { buildExecutable } from './executable.ts'
import { patchPackage } from './patch-package.ts'
import { buildRpm } from './rpm.ts'

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
      patch === undefined
        ? await agentPackage(await buildExecutable(work), epoch, format)
        : await patchPackage(resolve(patch), epoch, format)
    return await (rpm === true ? buildRpm : buildDeb)(wanted, { folder, epoch, isQuick: quick === true })
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** Of the commit, in seconds since 1970, or what the environment says instead (reproducible-builds.org/specs/source-date-epoch). */
async function commitTime(): Promise<number> {
  return Number(process.env['SOURCE_DATE_EPOCH'] ?? (await runOk('git', ['log', '-1', '--format=%ct'])))
}
