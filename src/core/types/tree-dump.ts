/** A function of gcc's `-fdump-tree-original`, in either of its forms. */
export interface DumpedFunction {
  readonly name: string
  readonly text: string
}

/** A node of the `-raw` form: what the front end made of a piece of source. */
export interface DumpNode {
  readonly id: number
  /** GENERIC's name for it, such as `nop_expr`. */
  readonly code: string
  /** References to other nodes in their order, such as `type`, `op 0`, `init`; a constructor has several `val`. */
  readonly edges: readonly DumpEdge[]
  /** What is written out, by its first occurrence: `link`, `strg`, `int`, `qual`. */
  readonly words: ReadonlyMap<string, string>
}

export interface DumpEdge {
  readonly key: string
  readonly to: number
}

const HEADING = /^;; Function (\S+) \(.*\)\n;; enabled by -tree-original\n/gm

export function splitDump(text: string): DumpedFunction[] {
  const headings = [...text.matchAll(HEADING)]
  return headings.map((heading, index) => ({
    name: heading[1] ?? '',
    text: text.slice(heading.index + heading[0].length, headings[index + 1]?.index ?? text.length),
  }))
}

/** The nodes of a function by id. Undefined when they are not numbered without a gap: then something was not understood. */
export function readNodes(text: string): ReadonlyMap<number, DumpNode> | undefined {
  const nodes = new Map<number, DumpNode>()
  let start = text.indexOf('@1 ')
  for (let id = 1; start >= 0; id++) {
    const head = new RegExp(`@${id}\\s+([a-z_]+)\\b`, 'y')
    head.lastIndex = start
    const code = head.exec(text)?.[1]
    if (code === undefined) return undefined
    // A string may hold anything, a line that looks like a node as well: the next node is the one that has the next number.
    const next = text.indexOf(`\n@${id + 1} `, start)
    nodes.set(id, readNode(id, code, text.slice(head.lastIndex, next < 0 ? text.length : next)))
    start = next < 0 ? -1 : next + 1
  }
  const isWhole = [...nodes.values()].every(({ edges }) => edges.every(({ to }) => nodes.has(to)))
  const lines = text.match(/^@\d+ /gm)?.length
  return nodes.size > 0 && lines === nodes.size && isWhole ? nodes : undefined
}

function readNode(id: number, code: string, text: string): DumpNode {
  const words = new Map<string, string>()
  if (code === 'string_cst') return { id, code, words, edges: readEdges(/^\s+type: @\d+/.exec(text)?.[0] ?? '') }
  for (const [, key = '', value = ''] of text.matchAll(/\b([a-z]+) *: ([^@\s]\S*)/g)) if (!words.has(key)) words.set(key, value)
  return { id, code, words, edges: readEdges(text) }
}

function readEdges(text: string): DumpEdge[] {
  return [...text.matchAll(/\b(op \d|[a-z]+|\d+) *: @(\d+)/g)].map(([, key = '', to]) => ({ key, to: Number(to) }))
}
