import { type CFunction, type CodeLine, lastMember } from './c-text.ts'

const ALLOCATES =
  /\b(k[mzc]alloc\w*|kv[mz]alloc\w*|kmemdup|kmem_cache_z?alloc\w*|alloc_percpu\w*|devm_k\w+|sk_alloc|alloc_netdev\w*|iget_locked|new_inode)\s*\(/
const MAKES = /(^|_)(alloc|allocate|create|new|init|open|probe|setup|dup|clone)(_|$)/

export function allocates(text: string): boolean {
  return ALLOCATES.test(text)
}

/** Whether objects of some sort begin their life in it, by its name. */
export function isNamedMaker(name: string): boolean {
  return MAKES.test(name)
}

/** Whether objects of some sort begin their life in it, by its name or by what it allocates. */
export function isMaker({ name, body }: CFunction): boolean {
  return isNamedMaker(name) || body.some(({ text }) => allocates(text))
}

/** A call that gives something its first state: `INIT_WORK(&x->work, f)`, `mutex_init(&x->lock)`, `foo_init(x)`. */
export interface Initialisation {
  readonly at: number
  readonly call: string
  /** The member that is initialised, where the argument is the address of one. */
  readonly field: string | undefined
  /** What tells it from others in any function. */
  readonly key: string
}

const CALL = /\b(INIT_[A-Z_]+|\w*_init|init_\w+|\w*_init_\w+|\w+_setup)\s*\(\s*(&?)\s*([^\s,()]+)/g
/** What is on the stack, ends with the call, or says only by its name that it initialises. */
const NO_OBJECT = /ONSTACK|on_stack|^(module|late|early|core|subsys|device)_init|_initcall|^(kfree|is|has|need|check)_|_rcu$|^dev_\w*setup/

export function initialisationsIn({ at, text }: CodeLine): Initialisation[] {
  return [...text.matchAll(CALL)].flatMap(([, call = '', address, argument = '']): Initialisation[] => {
    if (NO_OBJECT.test(call) || /^["\d]/.test(argument)) return []
    const field = address === '' ? undefined : lastMember(argument)
    if (address !== '' && field === undefined) return []
    return [{ at, call, field, key: field === undefined ? call : `${call}(${field})` }]
  })
}
