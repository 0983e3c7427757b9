import { resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { type BuildRequest, build, checkName, nameOfPatch } from '../../app/build/mod.ts'
import { Fault } from '../../core/base/mod.ts'
import { parseRelease } from '../../core/kernel/mod.ts'
import { makeBuildPorts } from '../ports/build-ports.ts'
import { readAfter } from '../read-after.ts'
import { readPatches } from '../read-patches.ts'
import { makeScreen } from '../screen.ts'
import { runUpdate } from './update.ts'
import { buildExit, buildToJson, formatBuild } from './build-text.ts'

interface Options {
  readonly kernel: string
  readonly name?: string
  readonly patchVersion?: number
  readonly after?: string
  readonly drop: readonly string[]
  readonly output?: string
  readonly fuzz: number
  readonly allowLayout: readonly string[]
  readonly allowThreadLoop: readonly string[]
  readonly setData: readonly string[]
  readonly moduleSource?: string
  readonly module?: string
  readonly cve: readonly string[]
  readonly fixes: readonly string[]
  readonly json?: true
  readonly from?: string
  readonly to?: string
  readonly only: readonly string[]
  readonly without: readonly string[]
  readonly cveRecords?: string
}

export function addBuildCommand(program: Command): void {
  program
    .command('build')
    .argument('[patch...]', 'unified diffs against the source of the kernel, applied in this order')
    .option('--to <source>', 'instead of patches: a newer source, as a version of linux-source or a folder')
    .option('--from <source>', "with --to: the source to compare it with (default: the kernel's own)")
    .option('--only <path>', 'with --to: take changes below this path alone, and what they need (repeatable)', collect, [])
    .option(
      '--without <path=reason>',
      'with --to: leave out what changes below this path, or one function or type of a file (path:name), and what belongs with it (repeatable)',
      collect,
      [],
    )
    .option('--cve-records <folder>', 'with --to: CVE records (CVE JSON 5), for the account by CVE')
    .requiredOption('--kernel <release>', 'the kernel to patch, as uname -r prints it there')
    .option('--name <name>', 'name of the live patch (default: from the first patch)')
    .option(
      '--patch-version <number>',
      'its place among the cumulative live patches for this kernel: each holds all that those before it fix (default: 1, or one more than --after)',
      parseVersion,
    )
    .option('--after <folder>', 'the version before, which this one takes the place of: it must hold all that that one fixes')
    .option('--drop <id=reason>', 'with --after: a fix that this one has no longer, and why (repeatable)', collect, [])
    .option('-o, --output <folder>', 'where module, manifest and work folder go (default: ./<name>)')
    .option('--fuzz <lines>', 'let this many lines of context differ at the ends of a hunk', parseCount, 0)
    .option('--allow-layout <struct...>', 'accept that these structs, unions and enums change', [])
    .option('--allow-thread-loop <function...>', 'replace these functions though a kernel thread may stay in them', [])
    .option(
      '--set-data <variable>',
      'give this variable its new initial value while the patch is applied (repeatable; or unit:variable)',
      collect,
      [],
    )
    .option('--module-source <folder>', 'patch a module built outside the kernel: its source, where make is told M=')
    .option('--module <file.ko>', 'that module, as it is loaded')
    .option('--cve <id...>', 'CVE ids that this fixes, besides those in the header of the patch', [])
    .option('--fixes <id...>', 'bug ids that this fixes', [])
    .option('--json', 'print for machines')
    .description('build a live patch from source fixes, without building the kernel')
    .addHelpText('after', EXAMPLES)
    .action(run)
}

const EXAMPLES = `
Examples:
  kmend build fix.patch --kernel 6.1.0-56-cloud-amd64
  kmend build 1.patch 2.patch --kernel 6.1.0-56-cloud-amd64 --name kmend_net -o out --cve CVE-2026-12345
  kmend build fix.patch --kernel 6.1.0-56-cloud-amd64 --json
  kmend build fix.patch more.patch --kernel 6.1.0-56-cloud-amd64 --name kmend_2 --after kmend_fix
  kmend build fix.patch --kernel 6.1.0-56-cloud-amd64 --module-source ./greeter --module ./greeter/greeter.ko
  kmend build limit.patch --kernel 6.1.0-56-cloud-amd64 --set-data sysctl_max_tw_buckets
  kmend build --to 6.1.192-2 --kernel 6.1.0-54-cloud-amd64 -o update
  kmend build --to 6.1.192-2 --kernel 6.1.0-54-cloud-amd64 -o update --without 'kernel/bpf/hashtab.c:htab_elem_set_ptr=old maps have the old form'
  kmend build --from ./linux-old --to ./linux-new --kernel 6.1.0-54-cloud-amd64 --cve-records ./cves

The kernel must be in the cache: kmend kernel add <release>. The work folder keeps every stage to look into; a build that was interrupted resumes.
Exit codes: 0 built, 3 nothing to patch, 4 cannot be live patched (all reasons are listed), 5 malformed input, 6 a tool or the kernel is missing.`

async function run(files: readonly string[], options: Options): Promise<void> {
  if (
    (files.length === 0) === (options.to === undefined) ||
    (options.to === undefined && ((options.from ?? options.cveRecords) !== undefined || options.only.length + options.without.length > 0))
  )
    throw new Fault('usage/build', 'Cannot tell what to build: name patches, or a newer source with --to', { try: 'kmend build --help' })
  if (options.to !== undefined) {
    refuseExceptions(options)
    return runUpdate({ ...options, to: options.to })
  }
  const screen = makeScreen()
  const request = await readRequest(files, options)
  const outcome = await build(request, makeBuildPorts(screen.progress, undefined, screen.remark)).finally(screen.settle)
  process.exitCode = buildExit(outcome)
  if (options.json === true) return screen.line(JSON.stringify(buildToJson(outcome), null, 2))
  for (const line of formatBuild(outcome, screen)) screen.line(line)
}

/** What a whole update would need one of these for is left out of it. */
function refuseExceptions({ allowLayout, allowThreadLoop, setData, fuzz, moduleSource, module }: Options): void {
  const given = Object.entries({
    '--allow-layout': allowLayout.length > 0,
    '--allow-thread-loop': allowThreadLoop.length > 0,
    '--set-data': setData.length > 0,
    '--fuzz': fuzz > 0,
    '--module-source': moduleSource !== undefined,
    '--module': module !== undefined,
  }).flatMap(([option, isGiven]) => (isGiven ? [option] : []))
  if (given.length === 0) return
  throw new Fault('usage/build', `Cannot take ${given.join(', ')} with --to: they are for patches`, {
    try: 'take them off: what a whole update would need them for is left out, and its account says so',
  })
}

async function readRequest(files: readonly string[], options: Options): Promise<BuildRequest> {
  const patches = await readPatches(files)
  const place = await readAfter(options)
  const name = checkName(options.name ?? nameOfPatch(files[0] ?? '', place.version))
  return {
    ...place,
    patches,
    release: parseRelease(options.kernel).release,
    name,
    output: resolve(options.output ?? name),
    fuzz: options.fuzz,
    ...readExternal(options),
    allowLayout: options.allowLayout.map((struct) => struct.replace(/^(struct|union|enum) /, '')),
    allowThreadLoop: options.allowThreadLoop,
    setData: options.setData,
    cves: options.cve,
    bugs: options.fixes,
  }
}

/** Source and file of a module of its own go together. */
function readExternal({ moduleSource, module }: Options): Pick<BuildRequest, 'external'> {
  if (moduleSource === undefined && module === undefined) return {}
  if (moduleSource !== undefined && module !== undefined) return { external: { source: resolve(moduleSource), file: resolve(module) } }
  throw new Fault('usage/module', `Cannot patch a module of which only the ${module === undefined ? 'source' : 'file'} is given`, {
    try: '--module-source FOLDER --module FILE.ko, both of the same build',
  })
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}

function parseVersion(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('A whole number from 1 to 999999 is expected.')
  return Number(text)
}

function parseCount(text: string): number {
  if (!/^\d$/.test(text)) throw new InvalidArgumentError('A number of lines from 0 to 9 is expected.')
  return Number(text)
}
