import { createInterface } from 'node:readline'
import { type Command, InvalidArgumentError } from 'commander'
import { openKernel } from '../../app/kernel/mod.ts'
import { type Vm, startVm } from '../../app/vm/mod.ts'
import { parseRelease } from '../../core/kernel/mod.ts'
import { readBytes } from '../../io/files.ts'
import { exitOnSignals } from '../interrupt.ts'
import { makeVmPorts } from '../ports/vm-ports.ts'
import { makeScreen } from '../screen.ts'

interface Options {
  readonly module: readonly string[]
  readonly file: readonly string[]
  readonly append: readonly string[]
  readonly memory: number
  readonly timeout: number
  readonly hardware?: true
  readonly json?: true
}

export function addVmCommand(program: Command): void {
  program
    .command('vm')
    .argument('<release>', 'a kernel of the cache')
    .argument('[command...]', 'what to run in it; without one, a shell on a terminal, else each line of standard input is run')
    .option('--module <name...>', 'load these modules of the kernel, with what they depend on', [])
    .option('--file <path:guest-path...>', 'put these files into the guest', [])
    .option('--append <word...>', "further words of the kernel's command line, such as nokaslr", [])
    .option('--memory <MiB>', 'memory of the guest', parseNumber, 512)
    .option('--timeout <seconds>', 'how long a command may take', parseNumber, 60)
    .option('--hardware', 'try hardware virtualisation; once it has booted a kernel in time, it is used from then on')
    .option('--json', 'print for machines')
    .description('boot exactly this kernel in a virtual machine and run commands in it')
    .addHelpText('after', EXAMPLES)
    .action(run)
}

const EXAMPLES = `
Examples:
  kmend vm 6.1.0-56-cloud-amd64 -- uname -a
  kmend vm 6.1.0-56-cloud-amd64 --module ext4 --file fix.ko:/fix.ko -- 'insmod /fix.ko; dmesg | tail'
  kmend vm 6.1.0-56-cloud-amd64                  # a shell in it; exit or Ctrl-D ends it
  echo 'cat /proc/cmdline' | kmend vm 6.1.0-56-cloud-amd64 --append nokaslr

The exit code is that of the (last) command.`

async function run(release: string, command: readonly string[], options: Options): Promise<void> {
  const screen = makeScreen()
  exitOnSignals(screen.settle)
  const ports = makeVmPorts(screen.progress)
  const kernel = await openKernel(parseRelease(release), ports)
  const files = new Map(await Promise.all(options.file.map(async (file) => readPair(file))))
  const isInteractive = command.length === 0 && options.json !== true && process.stdin.isTTY === true
  const start = {
    modules: options.module,
    files,
    commandLine: options.append,
    memoryMb: options.memory,
    isHardwareTrial: options.hardware === true,
    isInteractive,
  }
  const vm = await startVm(kernel, start, ports).finally(screen.settle)
  try {
    if (isInteractive) process.exitCode = await vm.interact()
    else for await (const script of scriptsOf(command)) process.exitCode = await runOne(vm, script, options)
  } finally {
    await vm.stop()
  }
}

/** The command given, else the lines of standard input as they come. */
function scriptsOf(command: readonly string[]): Iterable<string> | AsyncIterable<string> {
  return command.length > 0 ? [command.join(' ')] : createInterface({ input: process.stdin })
}

async function runOne(vm: Vm, script: string, options: Options): Promise<number> {
  const result = await vm.run(script, { timeoutMs: options.timeout * 1000 })
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ command: script, ...result, bootMs: vm.bootMs })}\n`)
  } else {
    process.stdout.write(result.stdout)
    process.stderr.write(result.stderr)
  }
  return result.code
}

async function readPair(pair: string): Promise<readonly [string, Uint8Array]> {
  const split = pair.lastIndexOf(':')
  if (split <= 0 || pair[split + 1] !== '/') throw new InvalidArgumentError(`"${pair}" is not of the form path:/guest-path.`)
  return [pair.slice(split + 1), await readBytes(pair.slice(0, split))]
}

function parseNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('A whole number above 0 is expected.')
  return value
}
