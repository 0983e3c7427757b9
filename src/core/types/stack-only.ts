import { DumpReader, type Kinship } from './dump-reader.ts'
import { type DumpNode, readNodes } from './tree-dump.ts'

/** Calls that a pointer may be handed to as any other pointer: they keep nothing, and take nothing for an object of another kind. */
const HARMLESS: ReadonlySet<string> = new Set([
  'memset',
  '__builtin_memset',
  '__builtin_object_size',
  '__builtin_dynamic_object_size',
  '__builtin_constant_p',
])

/** What yields a pointer from pointers that were there, with the operands that it yields. */
const PASSES_ON: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    nop_expr: ['op 0'],
    save_expr: ['op 0'],
    non_lvalue_expr: ['op 0'],
    cond_expr: ['op 1', 'op 2'],
    modify_expr: ['op 0', 'op 1'],
    init_expr: ['op 0', 'op 1'],
    compound_expr: ['op 1'],
    pointer_plus_expr: ['op 0'],
    preincrement_expr: ['op 0'],
    postincrement_expr: ['op 0'],
    predecrement_expr: ['op 0'],
    postdecrement_expr: ['op 0'],
  }),
)

/** What takes a pointer, object or array and yields neither: comparing, reading a member, dropping the value. */
const TAKES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    eq_expr: ['op 0', 'op 1'],
    ne_expr: ['op 0', 'op 1'],
    lt_expr: ['op 0', 'op 1'],
    le_expr: ['op 0', 'op 1'],
    gt_expr: ['op 0', 'op 1'],
    ge_expr: ['op 0', 'op 1'],
    pointer_diff_expr: ['op 0', 'op 1'],
    truth_not_expr: ['op 0'],
    truth_and_expr: ['op 0', 'op 1'],
    truth_or_expr: ['op 0', 'op 1'],
    truth_xor_expr: ['op 0', 'op 1'],
    truth_andif_expr: ['op 0', 'op 1'],
    truth_orif_expr: ['op 0', 'op 1'],
    cond_expr: ['op 0'],
    compound_expr: ['op 0'],
    component_ref: ['op 0'],
    bit_field_ref: ['op 0'],
  }),
)

/** Nodes whose operands the dump leaves out; the other form of the dump is asked about these. */
const DROPS: ReadonlySet<string> = new Set(['asm_expr', 'decl_expr', 'compound_literal_expr', 'predict_expr'])

/** Conditions of which both sides are always evaluated: gcc 12 leaves their operands out. */
const DROPPED_CONDITIONS: ReadonlySet<string> = new Set(['truth_and_expr', 'truth_or_expr', 'truth_xor_expr'])

/** Nodes known to be written with all their operands. */
const SHOWS = new RegExp(
  `^(${[
    ...PASSES_ON.keys(),
    ...TAKES.keys(),
    '[a-z]+_type|[a-z]+_decl|[a-z]+_cst|identifier_node|tree_list',
    'addr_expr|array_ref|indirect_ref|call_expr|constructor|convert_expr|target_expr|bind_expr|statement_list|return_expr|try_finally_expr',
    'case_label_expr|goto_expr|debug_begin_stmt|label_expr|switch_expr|(bit_and|bit_ior|bit_xor|bit_not|abs|negate|plus|minus|mult|[lr]shift|[lr]rotate)_expr',
    '(trunc|exact|ceil|floor|round)_(div|mod)_expr|(max|min|realpart|imagpart|complex|float|fix_trunc)_expr',
  ].join('|')})$`,
)

export interface StackRule {
  /** Tag of the struct. */
  readonly tag: string
  /** Members that the patch gives another size or type. */
  readonly reshaped: ReadonlySet<string>
}

/** What a function shows of the struct. */
export interface FunctionUse {
  /** Why its objects are not shown to live on the stack alone. */
  readonly reason?: string
  /** Whether it has an object of its own, or an array of them. */
  readonly makes: boolean
  /** Functions that take or return it or a pointer to it. */
  readonly takers: ReadonlySet<string>
  /** Names of variables and parameters that are such an object, pointer or array. */
  readonly names: ReadonlySet<string>
  /** Names of all variables that are declared with a value, as often as there are variables. */
  readonly valued: readonly string[]
  /** Whether it has conditions whose operands the dump leaves out. */
  readonly hasDroppedConditions: boolean
}

/**
 * Looks at one function of the `-raw` dump: whether each pointer to the struct that it has comes from an object of its own stack frame, or from a
 * pointer that it was given as such, and whether it keeps none where it could be found as something else. What is not understood is a reason.
 */
export function checkFunction(text: string, rule: StackRule): FunctionUse {
  const nodes = readNodes(text)
  const nothing = { makes: false, takers: new Set<string>(), names: new Set<string>(), valued: [], hasDroppedConditions: true }
  if (nodes === undefined) return { ...nothing, reason: 'is not understood as the compiler dumps it' }
  const reader = new Reader(nodes, rule)
  return { ...reader.kin(), ...reasonOf(reader) }
}

function reasonOf(reader: Reader): { readonly reason?: string } {
  for (const node of reader.nodes.values()) {
    const reason = reader.whyNot(node)
    if (reason !== undefined) return { reason }
  }
  return {}
}

class Reader extends DumpReader {
  readonly #rule: StackRule

  constructor(nodes: ReadonlyMap<number, DumpNode>, rule: StackRule) {
    super(nodes, rule.tag)
    this.#rule = rule
  }

  kin(): Omit<FunctionUse, 'reason'> {
    const decls = [...this.nodes.values()].filter(({ code }) => code.endsWith('_decl'))
    const taking = decls.filter((decl) => decl.code === 'function_decl' && this.kinshipOf(decl) !== undefined)
    const variables = decls.filter(({ code }) => code === 'var_decl' || code === 'parm_decl')
    return {
      makes: variables.some((decl) => this.isKin(decl, ['object', 'array'])),
      takers: new Set(taking.map((decl) => this.nameOf(decl))),
      names: new Set(variables.filter((decl) => this.kinshipOf(decl) !== undefined).map((decl) => this.nameOf(decl))),
      valued: variables.filter((decl) => this.follow(decl, 'init') !== undefined).map((decl) => this.nameOf(decl)),
      hasDroppedConditions: [...this.nodes.values()].some(
        (node) => DROPPED_CONDITIONS.has(node.code) && (this.follow(node, 'op 0') === undefined || this.follow(node, 'op 1') === undefined),
      ),
    }
  }

  whyNot(node: DumpNode): string | undefined {
    if (isType(node) || node.code === 'identifier_node' || node.code === 'tree_list' || node.code === 'type_decl') return undefined
    if (!SHOWS.test(node.code) && !DROPS.has(node.code)) return `has a ${node.code}, which is not understood`
    const kinship = this.kinshipOf(node)
    return (kinship === undefined ? undefined : this.#whyNotMade(node, kinship)) ?? this.#whyNotTaken(node, kinship)
  }

  /** Whether a value of such a type comes about in a way that is known. */
  #whyNotMade(node: DumpNode, kinship: Kinship): string | undefined {
    const { code } = node
    if (code === 'var_decl') return this.#whyNotLocal(node, kinship)
    if (code === 'field_decl') return `uses ${this.nameOf(node)} of ${this.ownerOf(node)}, which is one or points to one`
    switch (kinship) {
      case 'pointer':
        if (code === 'parm_decl' || code === 'result_decl' || code === 'call_expr' || code === 'target_expr') return undefined
        if (code === 'integer_cst') return this.#isNull(node) ? undefined : 'makes a pointer to it out of a number'
        if (code === 'addr_expr')
          return this.isKin(this.follow(node, 'op 0'), ['object', 'array']) ? undefined : 'makes a pointer to it out of another pointer'
        if (PASSES_ON.has(code))
          return PASSES_ON.get(code)?.every((key) => this.#isPointer(this.follow(node, key)))
            ? undefined
            : 'makes a pointer to it out of another pointer'
        return code === 'component_ref' || code === 'indirect_ref' || code === 'array_ref'
          ? 'reads a pointer to it from memory'
          : `has a ${code} of it, which is not understood`
      case 'object':
        if (['parm_decl', 'result_decl', 'target_expr', 'compound_literal_expr', 'call_expr'].includes(code)) return undefined
        if (code === 'indirect_ref') return this.isKin(this.follow(node, 'op 0'), ['pointer']) ? undefined : 'takes something else for it'
        if (code === 'array_ref') return this.isKin(this.follow(node, 'op 0'), ['array']) ? undefined : 'takes something else for it'
        if (code === 'modify_expr' || code === 'init_expr' || code === 'cond_expr') {
          const made = (PASSES_ON.get(code) ?? []).every((key) => this.#isObject(this.follow(node, key)))
          return made ? undefined : 'takes something else for it'
        }
        return code === 'component_ref' ? 'uses one that is part of something else' : `has a ${code} of it, which is not understood`
      case 'array':
        return code === 'component_ref' ? 'uses one that is part of something else' : `has a ${code} of it, which is not understood`
      case 'function':
        if (code !== 'function_decl') return `has a ${code} of a function that takes it, which is not understood`
        return node.words.get('link') === 'static'
          ? undefined
          : `is or uses ${this.nameOf(node)}, which takes or returns one and is not static`
      case 'callee': {
        const isCalled = code === 'addr_expr' && this.usersOf(node).every(({ key }) => key === 'fn')
        return isCalled ? undefined : 'calls a function that takes it by way of a pointer, or keeps its address'
      }
      case 'other':
        return 'has a pointer to a pointer to it, or another type made of it'
    }
  }

  #whyNotLocal(node: DumpNode, kinship: Kinship): string | undefined {
    const scope = this.follow(node, 'scpe')
    const isTemporary = scope === undefined && this.nameOf(node) === ''
    if (scope?.code !== 'function_decl' && !isTemporary) return `uses ${this.nameOf(node)}, a variable of the file`
    if (kinship === 'function' || kinship === 'callee' || kinship === 'other') return `has ${this.nameOf(node)}, of another type made of it`
    const init = this.follow(node, 'init')
    if (init === undefined) return undefined
    const isMade = kinship === 'pointer' ? this.#isPointer(init) : this.#isObject(init)
    return isMade ? undefined : 'makes it out of something else'
  }

  /** Whether what a node takes of such values stays known as such. */
  #whyNotTaken(node: DumpNode, kinship: Kinship | undefined): string | undefined {
    for (const { key, to } of node.edges) {
      if (key === 'type' || key === 'scpe' || key === 'name' || key === 'argt' || key === 'unql' || key === 'args') continue
      const operand = this.nodes.get(to)
      if (operand === undefined || isType(operand) || operand.code === 'field_decl') continue
      const given = this.kinshipOf(operand)
      if (given === undefined || given === 'function' || given === 'callee') continue
      const reason = this.#whyNotTakenAs(node, kinship, { key, operand, given })
      if (reason !== undefined) return reason
    }
    return this.#whyNotMember(node)
  }

  #whyNotTakenAs(
    node: DumpNode,
    kinship: Kinship | undefined,
    { key, operand, given }: { readonly key: string; readonly operand: DumpNode; readonly given: Kinship },
  ): string | undefined {
    const { code } = node
    if (code === 'bind_expr' || code === 'statement_list' || code === 'try_finally_expr') return undefined
    if (code === 'return_expr' || (code === 'var_decl' && kinship !== undefined)) return undefined
    if (code === 'convert_expr' && this.follow(node, 'type')?.code === 'void_type') return undefined
    if (TAKES.get(code)?.includes(key)) return undefined
    if (code === 'array_ref' && key === 'op 0' && given === 'array') return undefined
    if (code === 'call_expr') return this.#whyNotPassed(node, key, given)
    if (code === 'target_expr' && kinship === given) return undefined
    if (kinship !== undefined && (PASSES_ON.get(code)?.includes(key) || code === 'indirect_ref' || code === 'addr_expr')) return undefined
    if (code === 'nop_expr' && given === 'pointer' && this.#isHarmless(node)) return undefined
    if (code === 'addr_expr' && (given === 'object' || given === 'array') && this.#isHarmless(node)) return undefined
    const what = this.nameOf(operand)
    return `keeps or hands on a pointer to it, or a copy, as something else${what === '' ? '' : ` (${what})`}`
  }

  /** Arguments of a call: each where the function declares a parameter of that very kind. */
  #whyNotPassed(call: DumpNode, key: string, given: Kinship): string | undefined {
    if (key === 'fn') return undefined
    const callee = this.#calleeOf(call)
    const type = callee === undefined ? undefined : this.follow(callee, 'type')
    let parameter = type === undefined ? undefined : this.follow(type, 'prms')
    for (let rank = Number(key); rank > 0 && parameter !== undefined; rank--) parameter = this.follow(parameter, 'chan')
    const declared = parameter === undefined ? undefined : this.follow(parameter, 'valu')
    const isDeclared = declared !== undefined && this.kinshipOfType(declared) === given
    return isDeclared
      ? undefined
      : `passes it to ${callee === undefined ? 'a function by its pointer' : this.nameOf(callee)} as something else`
  }

  /** A pointer to a member may go anywhere, as it is of the member's type, unless that type is the one that changed. */
  #whyNotMember(node: DumpNode): string | undefined {
    if (node.code !== 'addr_expr') return undefined
    let at = this.follow(node, 'op 0')
    while (at?.code === 'array_ref') at = this.follow(at, 'op 0')
    const member = at?.code === 'component_ref' ? this.follow(at, 'op 1') : undefined
    while (at?.code === 'component_ref' || at?.code === 'array_ref') at = this.follow(at, 'op 0')
    if (member === undefined || !this.isKin(at, ['object'])) return undefined
    const name = this.nameOf(member)
    if (name === '' || this.#rule.reshaped.has(name)) return `takes the address of its member ${name}, which is of a changed type`
    return undefined
  }

  /** A pointer as `void *` that goes into nothing but calls which keep nothing. */
  #isHarmless(node: DumpNode): boolean {
    const users = this.usersOf(node)
    return (
      users.length > 0 &&
      users.every(({ node: user, key }) => {
        if (user.code === 'nop_expr') return this.kinshipOf(user) === undefined && this.#isHarmless(user)
        const callee = user.code === 'call_expr' && key !== 'fn' ? this.#calleeOf(user) : undefined
        return callee !== undefined && HARMLESS.has(this.nameOf(callee))
      })
    )
  }

  #calleeOf(call: DumpNode): DumpNode | undefined {
    const address = this.follow(call, 'fn')
    const callee = address?.code === 'addr_expr' ? this.follow(address, 'op 0') : undefined
    return callee?.code === 'function_decl' ? callee : undefined
  }

  #isPointer(node: DumpNode | undefined): boolean {
    return node !== undefined && (this.#isNull(node) || this.isKin(node, ['pointer']))
  }

  /** A constructor has no type in the dump: it is of the type of what it fills. */
  #isObject(node: DumpNode | undefined): boolean {
    return node?.code === 'constructor' || this.isKin(node, ['object'])
  }

  #isNull(node: DumpNode): boolean {
    return node.code === 'integer_cst' && node.words.get('int') === '0'
  }
}

function isType({ code }: DumpNode): boolean {
  return code.endsWith('_type')
}
