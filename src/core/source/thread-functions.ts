import { type CFile, type Region, isIdentifier, readCFile, tokensOf } from '../c/mod.ts'

/** What the sources of a kernel say of its threads: by name, the files that say it. */
export interface ThreadFunctions {
  /** Functions that are handed to what starts a thread. */
  readonly runs: ReadonlyMap<string, ReadonlySet<string>>
  /** Functions that a thread's own function calls in its loop. */
  readonly calledInLoops: ReadonlyMap<string, ReadonlySet<string>>
}

/** What makes a thread that runs the function of its first argument. */
const THREAD_STARTERS: ReadonlySet<string> = new Set([
  ...['kthread_run', 'kthread_create', 'kthread_create_on_node', 'kthread_create_on_cpu', 'kthread_run_on_cpu'],
  ...['kernel_thread', 'user_mode_thread', 'create_io_thread', 'vhost_task_create', 'md_register_thread'],
])
/** What the function of a thread calls, whoever started it. */
const STAYS = new Set([
  'kthread_should_stop',
  'kthread_should_park',
  'kthread_freezable_should_stop',
  'svc_thread_should_stop',
  'set_freezable',
])

/** Words of files that start threads or are run by them: the others need not be read. */
export const THREAD_WORDS: readonly string[] = [...THREAD_STARTERS, ...STAYS]

const LOOPS = new Set(['while', 'for', 'do'])

/** What one file says, as lines `runs name` and `calls name`. */
export function threadLinesOf(text: string): string[] {
  const file = readCFile(text)
  const functions = file.regions.filter(({ kind }) => kind === 'function').map((region) => ({ region, tokens: tokensOf(file, region) }))
  const started = new Set(functions.flatMap(({ tokens }) => startedIn(tokens)))
  const calls = functions
    .filter(({ region, tokens }) => started.has(region.name) || tokens.some((token) => STAYS.has(token)))
    .flatMap(({ tokens }) => calledInLoop(tokens))
  return [...[...started].map((name) => `runs ${name}`), ...[...new Set(calls)].map((name) => `calls ${name}`)]
}

function startedIn(tokens: readonly string[]): string[] {
  return tokens.flatMap((token, at) => {
    if (!THREAD_STARTERS.has(token) || tokens[at + 1] !== '(') return []
    const first = tokens[at + 2] === '&' ? at + 3 : at + 2
    const name = tokens[first] ?? ''
    return isIdentifier(name) && tokens[first + 1] === ',' ? [name] : []
  })
}

function calledInLoop(tokens: readonly string[]): string[] {
  const from = tokens.findIndex((token) => LOOPS.has(token))
  return from < 0 ? [] : tokens.slice(from).filter((token, at, all) => isIdentifier(token) && all[at + 1] === '(' && !LOOPS.has(token))
}

/** Reads what was kept: lines `path:runs name` and `path:calls name`. */
export function parseThreadLines(text: string): ThreadFunctions {
  const [runs, calledInLoops] = [new Map<string, Set<string>>(), new Map<string, Set<string>>()]
  for (const [, path = '', verb, name = ''] of text.matchAll(/^(.+):(runs|calls) (\w+)$/gm)) {
    const names = verb === 'runs' ? runs : calledInLoops
    names.set(name, (names.get(name) ?? new Set()).add(path))
  }
  return { runs, calledInLoops }
}

/**
 * Functions of a file that kernel threads are in for as long as they live, with the reason: those that they run, and those that a thread's loop calls and
 * that wait for its work: a task that sleeps there has them on its stack.
 */
export function threadsStayIn({ runs, calledInLoops }: ThreadFunctions, path: string, text: string): Map<string, string> {
  const words = text.match(/\w+/g) ?? []
  if (!words.some((word) => runs.has(word) || IDLE.test(word))) return new Map()
  const file = readCFile(text)
  const own = new Map(file.regions.filter(({ kind }) => kind === 'function').map((region) => [region.name, region]))
  const known = (names: ThreadFunctions['runs'], { name, isStatic }: Region) => {
    const files = names.get(name)
    return files === undefined || (isStatic && !files.has(path)) ? undefined : [...files].join(', ')
  }
  return new Map(
    [...own.values()].flatMap((region): [string, string][] => {
      const started = known(runs, region)
      if (started !== undefined) return [[region.name, `a kernel thread is started to run it (${started})`]]
      const called = known(calledInLoops, region)
      return called === undefined || !waitsIdly(region, own, file)
        ? []
        : [[region.name, `the loop of a kernel thread calls it to wait for work (${called})`]]
    }),
  )
}

/** A thread that has nothing to do waits so that it is no load: other waits end by themselves. */
const IDLE = /^(?:TASK_IDLE|TASK_INTERRUPTIBLE|wait_event_(?:interruptible|idle|freezable)\w*)$/
const SLEEPS = /^(?:(?:freezable_)?schedule(?:_timeout|_hrtimeout)?\w*|wait_event_\w+)$/

/** By itself, or through functions of its file. */
function waitsIdly(region: Region, own: ReadonlyMap<string, Region>, file: CFile): boolean {
  const reached = new Set([region])
  const words = new Set<string>()
  for (const one of reached) {
    const tokens = tokensOf(file, one)
    for (const [at, token] of tokens.entries()) {
      words.add(token)
      const called = tokens[at + 1] === '(' ? own.get(token) : undefined
      if (called?.isStatic === true) reached.add(called)
    }
  }
  return [IDLE, SLEEPS].every((wanted) => [...words].some((word) => wanted.test(word)))
}
