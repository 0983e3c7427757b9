/** Names that the compiler makes: clones of functions, numbered static locals, unique ids. */

/** A copy of a function that the optimiser made for some of its callers, such as `foo.constprop.0` or `foo.isra.0.cold`. */
export function isClone(name: string): boolean {
  return /\.(isra|constprop|part)\.\d+/.test(name)
}

/** The cold part of a function, split off by the compiler: `foo.cold`. Its parent is the name before that. */
export function parentOfCold(name: string): string | undefined {
  return /^(.*)\.cold(?:\.\d+)?$/.exec(name)?.[1]
}

/** A static variable inside a function, or another local that the compiler numbered: `count.5`. */
export function isNumbered(name: string): boolean {
  return /\.\d+$/.test(name) || name.startsWith('__UNIQUE_ID_')
}

/** The name without the numbers that change when code elsewhere changes. */
export function stableName(name: string): string {
  return name.replace(/\.\d+/g, '').replace(/^(__UNIQUE_ID_.*?)\d+$/, '$1')
}

/** The function as its author wrote it: `foo` for `foo.isra.0.cold`. */
export function sourceName(name: string): string {
  return name.replace(/\.(isra|constprop|part|cold)\b.*$/, '')
}

/**
 * Statics of which a fresh copy does no harm: lock class keys, once-only marks, rate limits, the function's own name, dynamic debug
 * descriptors by their unique ids and switch tables. They hold nothing that the original shares with anyone.
 */
export function isFreshCopyHarmless(name: string): boolean {
  return /^(__key|__warned|__already_done|__func__|__FUNCTION__|__PRETTY_FUNCTION__|_rs|CSWTCH|__print_once|once_key)(\.\d+)*$|^__UNIQUE_ID_ddebug\d+$/.test(
    name,
  )
}

/** Constants that are the same thing as often as they are copied; nobody compares their addresses. */
export function isCopiedConstant(name: string): boolean {
  return /^(__func__|__FUNCTION__|__PRETTY_FUNCTION__|CSWTCH|C)(\.\d+)*$/.test(name)
}

const PREFIX = '__pfx_'

/** The name that objtool gives to the padding before a function (CONFIG_PREFIX_SYMBOLS). */
export function prefixName(func: string): string {
  return `${PREFIX}${func}`
}

export function isPrefixName(name: string): boolean {
  return name.startsWith(PREFIX)
}

/** What DEFINE_STATIC_CALL(name, func) makes: a key, of which `func` is the first member, and a trampoline, which jumps there (linux/static_call_types.h). */
const [KEY, TRAMPOLINE] = ['__SCK__', '__SCT__']

export function isStaticCallKey(name: string): boolean {
  return name.startsWith(KEY)
}

export function isTrampoline(name: string): boolean {
  return name.startsWith(TRAMPOLINE)
}

export function trampolineOf(key: string): string | undefined {
  return isStaticCallKey(key) ? `${TRAMPOLINE}${key.slice(KEY.length)}` : undefined
}
