import type { CFunction } from './c-text.ts'

/** A lock that is taken or dropped, and what was held before. */
export interface LockStep {
  readonly at: number
  readonly act: 'take' | 'drop'
  readonly lock: Lock
  readonly held: readonly Lock[]
}

export interface Lock {
  /** What tells it from others within the function: its argument, or the call when there is none. */
  readonly key: string
  /** What tells it from others anywhere: the last member of the argument. */
  readonly name: string
  /** `spin`: nothing may sleep under it. `rcu`: excludes nobody, and nothing may sleep under it. `srcu`: excludes nobody. */
  readonly kind: 'spin' | 'sleep' | 'rcu' | 'srcu'
}

const HOW = '(?:_(?:irq|irqsave|irqrestore|bh|nested|nest|killable|interruptible|io|fast|sleep|read|write|shared|excl|rcu|slow))*'
const NAMED = new RegExp(`^(?:(\\w+?)_)?(?:(un)|try)?lock${HOW}$`)
const OF_OBJECT = /^(bh_)?(un)?(lock|release)_(sock|page|buffer|mount|rename)\w*$/
const SEMAPHORE = /^(?:down|(up))(?:_read|_write)?(?:_killable|_interruptible|_nested|_trylock)?$/
/** Words before `lock` that say it is asked about, looked up, or taken for the length of the call alone. */
const NO_TAKE =
  /(^|_)(event|check|and|put|dec|qdisc|root|ptr|find|test|posix|flock|vfs|nlm\w*|dlm\w*|needs?|has|can|get|set|to|is|own|owns|might|proc|class|init|assert|free|blocked|alloc|copy|signal|dirty)$/

/** A call with its first two arguments; calls among them are found as well. */
const CALL = /\b([a-z_]\w*)\s*\((?=((?:[^(),]|\((?:[^()]|\([^()]*\))*\))*)(?:,\s*([^,()]+))?)/g

/** `refcount_dec_and_mutex_lock(&count, &lock)`: takes it when the count comes to nothing. */
const WITH_COUNT = /^\w+_dec_and_(?:(mutex|raw_spin)_)?lock(?:_irqsave)?$/

/** A call as a lock operation, by the kernel's regular names: `x_lock…`, `x_unlock…`, `down_…`, `up_…`, `lock_sock`. */
function readLock(call: string, argument: string): { readonly act: 'take' | 'drop'; readonly lock: Lock } | undefined {
  const counted = WITH_COUNT.exec(call)
  if (counted !== null) return readLock(`${counted[1] ?? 'spin'}_lock`, argument)
  const semaphore = SEMAPHORE.exec(call)
  const named = semaphore === null ? NAMED.exec(call) : null
  const object = OF_OBJECT.exec(call)
  const base = named?.[1] ?? ''
  if ((named === null && object === null && semaphore === null) || NO_TAKE.test(base)) return undefined
  const isDrop = named?.[2] !== undefined || object?.[2] !== undefined || object?.[3] === 'release' || semaphore?.[1] !== undefined
  const what = argument.replace(/\s+/g, '').replace(/^&/, '')
  const isPlain = named === null ? object === null : /^((raw_)?(spin|read|write)|(rt_|ww_)?mutex|srcu_read|)$/.test(base)
  const key = isPlain && what !== '' ? what : `${object === null ? base : object[4]}(${what})`
  const isSpin = /^(raw_)?(spin|read|write)$/.test(base) || object?.[1] !== undefined
  const kind = base.startsWith('rcu') ? 'rcu' : base.startsWith('srcu') ? 'srcu' : isSpin ? 'spin' : 'sleep'
  return { act: isDrop ? 'drop' : 'take', lock: { key, name: key.replace(/^.*(?:->|\.)/, ''), kind } }
}

/** `guard(mutex)(&lock)` holds it to the end of its block, `scoped_guard(mutex, &lock)` for the block that follows. */
function readGuards(text: string): Lock[] {
  const guards = [...text.matchAll(/\b(?:guard\s*\(\s*(\w+)\s*\)\s*\(|scoped_guard\s*\(\s*(\w+)\s*,)\s*&?([^;]*?)\)\s*(?:;|\{|$)/g)]
  return guards.flatMap(([, guard, scoped, argument = '']) => {
    const call = GUARDS[(guard ?? scoped ?? '').replace(/_(irq|irqsave|bh|intr|kill|try)$/, '')]
    return call === undefined ? [] : (readLock(call, argument)?.lock ?? [])
  })
}

const GUARDS: Readonly<Record<string, string>> = {
  mutex: 'mutex_lock',
  spinlock: 'spin_lock',
  raw_spinlock: 'raw_spin_lock',
  rwsem_read: 'down_read',
  rwsem_write: 'down_write',
  read_lock: 'read_lock',
  write_lock: 'write_lock',
}

/**
 * The locks of a function in the order of its lines, with what is held at each. It follows blocks by their indentation: a block that ends in a
 * jump does not count for what comes after it, and a label takes over what was held where it is jumped to.
 */
export function lockSteps(func: CFunction): { readonly steps: readonly LockStep[]; readonly heldAt: (line: number) => readonly Lock[] } {
  const steps: LockStep[] = []
  const byLine = new Map<number, readonly Lock[]>()
  const atLabel = new Map<string, readonly Lock[]>()
  const open: { indent: number; held: readonly Lock[] }[] = []
  let held: readonly Lock[] = []
  let isJump = false
  for (const { at, text } of func.body) {
    if (!/\S/.test(text)) continue
    const label = /^\s?(?!default\b)([A-Za-z_]\w*):(?!:)/.exec(text)?.[1]
    if (label !== undefined) {
      if (isJump) held = atLabel.get(label) ?? held
      open.length = 0
      isJump = false
    } else {
      const indent = indentOf(text)
      for (let block = open.at(-1); block !== undefined && block.indent > indent; block = open.at(-1)) {
        open.pop()
        if (isJump) held = block.held
        isJump = false
      }
      if ((open.at(-1)?.indent ?? -1) < indent) open.push({ indent, held })
    }
    byLine.set(at, held)
    for (const lock of readGuards(text)) {
      steps.push({ at, act: 'take', lock, held })
      held = [...held, lock]
    }
    for (const [, call = '', first = '', second = ''] of text.matchAll(CALL)) {
      const step = readLock(call, WITH_COUNT.test(call) ? second : first)
      if (step === undefined) continue
      steps.push({ at, act: step.act, lock: step.lock, held })
      held = step.act === 'take' ? [...held, step.lock] : without(held, step.lock)
    }
    const target = /\bgoto\s+(\w+)/.exec(text)?.[1]
    if (target !== undefined && !atLabel.has(target)) atLabel.set(target, held)
    if (/^\s*(return\b|goto\b|break;|continue;)/.test(text)) isJump = true
    else if (!/^\s*\}/.test(text)) isJump = false
  }
  return { steps, heldAt: (line) => byLine.get(line) ?? [] }
}

function without(held: readonly Lock[], lock: Lock): readonly Lock[] {
  const rank = held.findLastIndex(({ key }) => key === lock.key)
  return rank < 0 ? held : held.toSpliced(rank, 1)
}

function indentOf(text: string): number {
  let columns = 0
  for (const character of text) {
    if (character === '\t') columns += 8
    else if (character === ' ') columns++
    else break
  }
  return columns
}
