import { basename } from 'node:path'
import {
  type HostPorts,
  applyPatch,
  installPatch,
  keptModule,
  listKept,
  readStatus,
  restoreNow,
  signalTasks,
  uninstallPatch,
  unloadPatch,
} from '../../../app/host/mod.ts'
import { Fault } from '../../../core/base/mod.ts'
import { parseModinfo } from '../../../core/kernel/mod.ts'
import { makeHostPorts } from '../../ports/host-ports.ts'
import { VERSION } from '../../version.ts'
import { narrate, withKpatchTimes } from './kpatch-narrator.ts'
import { KPATCH_USAGE, formatKpatchList, formatLoadEnd, formatUnloadEnd } from './kpatch-text.ts'

/** `kpatch`, as its scripts and packages call it. Returns the exit code: 0, or 1 as kpatch has it. */
export async function runKpatch(words: readonly string[]): Promise<number> {
  const wish = parseKpatch(words)
  if (wish === undefined) return warn(KPATCH_USAGE)
  try {
    return await WORK[wish.command](wish)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return warn(`kpatch: error: ${error.message.replace(/^Cannot /, 'cannot ')}`)
  }
}

const COMMANDS = ['load', 'unload', 'install', 'uninstall', 'list', 'info', 'signal', 'version', 'help'] as const

export interface KpatchWish {
  readonly command: (typeof COMMANDS)[number]
  readonly isAll: boolean
  readonly release: string | undefined
  readonly module: string
}

/** Undefined when it cannot be understood. */
export function parseKpatch(words: readonly string[]): KpatchWish | undefined {
  const [first = '', ...rest] = words
  const command = COMMANDS.find((name) => name === (FLAGS[first] ?? first))
  if (command === undefined) return undefined
  let release: string | undefined
  let isAll = false
  const modules: string[] = []
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] ?? ''
    if (word === '-k' || word === '--kernel-version') release = rest[++i]
    else if (word.startsWith('--kernel-version=')) release = word.slice('--kernel-version='.length)
    else if (word === '--all' && (command === 'load' || command === 'unload')) isAll = true
    else if (word.startsWith('-')) return undefined
    else modules.push(word)
  }
  const wanted = NAMELESS.has(command) || isAll ? 0 : 1
  return modules.length === wanted ? { command, isAll, release, module: modules[0] ?? '' } : undefined
}

const FLAGS: Readonly<Record<string, string>> = { '-h': 'help', '--help': 'help', '-v': 'version', '--version': 'version' }
const NAMELESS: ReadonlySet<string> = new Set(['list', 'signal', 'version', 'help'])

const WORK: Readonly<Record<KpatchWish['command'], (wish: KpatchWish) => Promise<number>>> = {
  load: async ({ isAll, module }) => (isAll ? loadAll() : load(module)),
  unload: async ({ isAll, module }) => (isAll ? unloadAll() : unload(nameOf(module))),
  install,
  uninstall,
  async list() {
    const ports = quietPorts()
    const { patches } = await readStatus(ports)
    say(...formatKpatchList(patches, ports.actor.uid === 0 ? await listKept(ports) : []))
    return 0
  },
  info,
  async signal() {
    // As on every kernel that wakes them by itself: nothing to do without a transition is no failure.
    await signalTasks(quietPorts()).catch((error: unknown) => {
      if (!(error instanceof Fault) || error.code !== 'host/no-transition') throw error
    })
    return 0
  },
  version: () => Promise.resolve(say(`kpatch (kmend) ${VERSION}`)),
  help: () => Promise.resolve(say(KPATCH_USAGE)),
}

async function load(module: string): Promise<number> {
  say(`loading patch module: ${module}`)
  const patch = module.endsWith('.ko') ? module : nameOf(module)
  const outcome = await applyPatch({ patch, mayReplaceOthers: true, reason: 'kpatch load', package: null }, enginePorts())
  const { out, err } = formatLoadEnd(outcome)
  say(...out)
  return err.length === 0 ? 0 : warn(...err)
}

async function loadAll(): Promise<number> {
  const outcomes = await restoreNow(enginePorts((path) => say(`loading patch module: ${path}`)))
  const ends = outcomes.map(formatLoadEnd)
  say(...ends.flatMap(({ out }) => out))
  const err = ends.flatMap((end) => end.err)
  return err.length === 0 ? 0 : warn(...err)
}

async function unload(name: string): Promise<number> {
  const err = formatUnloadEnd(await unloadPatch(name, enginePorts()))
  return err.length === 0 ? 0 : warn(...err)
}

async function unloadAll(): Promise<number> {
  const names = (await readStatus(quietPorts())).patches.map(({ name }) => name)
  let worst = 0
  for (const name of names.toReversed()) worst = Math.max(worst, await unload(name))
  return worst
}

async function install({ module, release }: KpatchWish): Promise<number> {
  const ports = quietPorts()
  if (!(await ports.files.exists(module))) return warn(`kpatch: error: ${module} doesn't exist`)
  if (!module.endsWith('.ko')) return warn(`kpatch: error: ${module} isn't a .ko file`)
  const kernel = release ?? runningRelease(ports)
  try {
    await installPatch({ patch: module, release: kernel, reason: 'kpatch install' }, ports)
  } catch (error) {
    if (error instanceof Fault && error.code === 'host/other-kernel')
      return warn(`kpatch: error: invalid module version ${/ is for (\S+), not /.exec(error.message)?.[1] ?? ''} for kernel ${kernel}`)
    if (error instanceof Fault && error.code === 'host/namesake' && error.message.includes('installed already'))
      return warn(`kpatch: error: ${module} is already installed`)
    throw error
  }
  say(`installing ${module} (${kernel})`)
  return 0
}

async function uninstall({ module, release }: KpatchWish): Promise<number> {
  if (module.includes('/')) return warn('kpatch: error: please supply patch module name without path')
  const ports = quietPorts()
  const kernel = release ?? runningRelease(ports)
  try {
    await uninstallPatch({ patch: nameOf(module), release: kernel, reason: 'kpatch uninstall' }, ports)
  } catch (error) {
    if (error instanceof Fault && error.code === 'host/unknown')
      return warn(`kpatch: error: ${module} is not installed for kernel ${kernel}`)
    throw error
  }
  say(`uninstalling ${module} (${kernel})`)
  return 0
}

async function info({ module }: KpatchWish): Promise<number> {
  const ports = quietPorts()
  const kept = ports.actor.uid === 0 ? (await listKept(ports)).find(({ name }) => name === nameOf(module)) : undefined
  const told = await ports.modules.info(kept === undefined ? module : await keptModule(kept, ports))
  if (told === undefined) return warn(`kpatch: error: can't find ${module}`)
  say(`Patch information for ${module}:`)
  say(...parseModinfo(new TextEncoder().encode(told)).map(([key, value]) => `${`${key}:`.padEnd(16)}${value}`))
  return 0
}

/** `/lib/x/kpatch-fix.ko` is kpatch_fix in the kernel. */
function nameOf(module: string): string {
  return basename(module, '.ko').replaceAll('-', '_')
}

function runningRelease({ system }: HostPorts): string {
  return system.read('/proc/sys/kernel/osrelease')?.trim() ?? ''
}

function quietPorts(): HostPorts {
  return makeHostPorts(() => {})
}

function enginePorts(beforeLoad: (path: string) => void = () => {}): HostPorts {
  const ports = withKpatchTimes(narrate(quietPorts(), say, warn))
  const { modules } = ports
  return {
    ...ports,
    modules: {
      ...modules,
      load(path) {
        beforeLoad(path)
        return modules.load(path)
      },
    },
  }
}

function say(...lines: readonly string[]): 0 {
  for (const line of lines) process.stdout.write(`${line}\n`)
  return 0
}

function warn(...lines: readonly string[]): 1 {
  for (const line of lines) process.stderr.write(`${line}\n`)
  return 1
}
