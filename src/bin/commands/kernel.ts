import type { Command } from 'commander'
import { addKernel, listKernels, openKernel, removeKernel } from '../../app/kernel/mod.ts'
import { EXIT } from '../../core/base/mod.ts'
import { parseRelease } from '../../core/kernel/mod.ts'
import { makeKernelPorts } from '../ports/kernel-ports.ts'
import { makeScreen } from '../screen.ts'
import { formatKernelList, formatTarget, kernelListToJson } from './kernel-text.ts'

interface Options {
  readonly json?: true
}

export function addKernelCommand(program: Command): void {
  const kernel = program
    .command('kernel')
    .description('the kernels that live patches can be built for: on offer, in the cache, on this machine')
    .addHelpText('after', EXAMPLES)
  kernel
    .command('list')
    .description('show the kernels the package archive offers now, and which of them are in the cache or on this machine')
    .option('--json', 'print for machines')
    .action(list)
  kernel
    .command('add')
    .argument('<release>', 'as uname -r prints it')
    .description('fetch a kernel with its headers and source into the cache, and prepare a tree that compiles single units')
    .option('--json', 'print for machines')
    .action(add)
  kernel
    .command('show')
    .argument('<release>', 'as uname -r prints it')
    .description('show what the cache holds of a kernel')
    .option('--json', 'print for machines')
    .action(show)
  kernel
    .command('remove')
    .argument('<release>', 'as uname -r prints it')
    .description('take a kernel out of the cache; fetched packages stay')
    .option('--json', 'print for machines')
    .action(remove)
}

const EXAMPLES = `
Examples:
  kmend kernel list
  kmend kernel add 6.1.0-56-cloud-amd64
  kmend kernel show "$(uname -r)" --json

The cache lies in $KMEND_HOME, else in ~/.cache/kmend. Nothing is installed into the machine.`

async function list({ json }: Options): Promise<void> {
  const screen = makeScreen()
  const kernels = await listKernels(makeKernelPorts(screen.progress))
  if (json === true) return screen.line(JSON.stringify(kernelListToJson(kernels), null, 2))
  for (const line of formatKernelList(kernels, screen)) screen.line(line)
}

async function add(release: string, { json }: Options): Promise<void> {
  const screen = makeScreen()
  const ports = makeKernelPorts(screen.progress)
  const startedMs = performance.now()
  const target = await addKernel(parseRelease(release), ports)
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  if (json === true) return screen.line(JSON.stringify(target, null, 2))
  screen.line(
    `${screen.good('ready')}  ${target.release} ${target.packageVersion}: ${target.unitCount} units, ${target.moduleCount} modules, ${seconds} s`,
  )
  if (!target.kernelCompiler.startsWith(target.compiler.version)) {
    screen.line(
      `${screen.bad('note')}   the kernel was compiled by ${target.kernelCompiler}, here is ${target.compiler.version}: functions may come out differently`,
    )
  }
  for (const path of target.notGenerated)
    screen.line(`${screen.bad('note')}   ${path} could not be generated: units that need it will not compile`)
}

async function show(release: string, { json }: Options): Promise<void> {
  const screen = makeScreen()
  const { target, paths } = await openKernel(parseRelease(release), makeKernelPorts(screen.progress))
  if (json === true) return screen.line(JSON.stringify({ ...target, folder: paths.folder }, null, 2))
  for (const line of formatTarget(target, paths)) screen.line(line)
}

async function remove(release: string, { json }: Options): Promise<void> {
  const screen = makeScreen()
  const isRemoved = await removeKernel(parseRelease(release), makeKernelPorts(screen.progress))
  if (!isRemoved) process.exitCode = EXIT.unchanged
  if (json === true) screen.line(JSON.stringify({ release, removed: isRemoved }))
  else screen.line(isRemoved ? `removed  ${release}` : `nothing to do: ${release} is not in the cache`)
}
