import type { CodeFile } from './c-text.ts'
import { type FileChange, changedOutside } from './change.ts'
import { type Rule, type Sight } from './finding.ts'

type Construct = { readonly kind: 'data' | 'struct' | 'enum'; readonly name: string; readonly line: number }

/** What a line outside functions is part of: a variable with an initial value, or the definition of a type. */
function constructAt(file: CodeFile, line: number): Construct | undefined {
  for (let at = line; at > 0 && at > line - 2000; at--) {
    const text = file.code[at - 1] ?? ''
    if (at < line && text.startsWith('}')) return undefined
    const data = /^(?!\s)(?:[\w\s*]*?\s\**)?(\w+)\s*(?:\[[^=]*\]\s*)?(?:__\w+(?:\([^)]*\))?\s*)*=(?!=)/.exec(text)?.[1]
    if (data !== undefined && (at === line || !/;\s*$/.test(text))) return { kind: 'data', name: data, line: at }
    const type = /^(?:typedef\s+)?(struct|union|enum)\s*(\w*)\s*(?:__\w+\s*)*\{/.exec(text)
    if (type !== null) return { kind: type[1] === 'enum' ? 'enum' : 'struct', name: `${type[1]} ${type[2] ?? ''}`.trim(), line: at }
    if (at < line && /^\S.*;\s*$/.test(text)) return undefined
  }
  return undefined
}

function constructs(file: FileChange): Construct[] {
  const { removed, added } = changedOutside(file)
  const isKept = new Set(file.before.code)
  const found = [
    ...added.map(({ at }) => ({ side: file.after, at, construct: constructAt(file.after, at) })),
    ...removed.map(({ at }) => ({ side: file.before, at, construct: constructAt(file.before, at) })),
  ]
  const byName = new Map<string, Construct>()
  for (const { side, construct } of found) {
    if (construct === undefined) continue
    // What the fix brings as a whole has no old state.
    const isNew = side === file.after && file.added.has(construct.line) && !isKept.has(file.after.code[construct.line - 1] ?? '')
    if (!isNew && !byName.has(construct.name) && !isUnchanged(file, side, construct)) byName.set(construct.name, construct)
  }
  return [...byName.values()]
}

/** Whether only comments and spaces differ from its first line to its last. */
function isUnchanged(file: FileChange, side: CodeFile, { line }: Construct): boolean {
  const head = side.code[line - 1] ?? ''
  const wordsOf = ({ code }: CodeFile) => {
    const from = code.indexOf(head)
    const end = code.findIndex((text, rank) => rank >= from && (text.startsWith('}') || (rank === from && /;\s*$/.test(text))))
    return code
      .slice(from, end + 1)
      .join('')
      .replace(/\s+/g, '')
  }
  return file.before.code.includes(head) && file.after.code.includes(head) && wordsOf(file.before) === wordsOf(file.after)
}

function sights(
  files: readonly FileChange[],
  kind: Construct['kind'],
  sight: (construct: Construct, file: FileChange) => Omit<Sight, 'file' | 'line' | 'subject'>,
) {
  return files.flatMap((file) =>
    constructs(file)
      .filter((construct) => construct.kind === kind)
      .map((construct): Sight => ({ ...sight(construct, file), file: file.path, line: construct.line, subject: construct.name })),
  )
}

/** A variable's initial value. */
export const STATIC_DATA: Rule = {
  id: 'static-data',
  why: 'the running kernel has its own copy of the variable, which a live patch does not touch: the new initial value never takes effect',
  check:
    'set the value from a pre-patch callback (kmend build --set-data where nothing changes it at run time), and put the old one back when the patch is reverted',
  find: ({ files }) =>
    sights(files, 'data', ({ name }) =>
      /_(ops|operations|fops|type|policy|proto|driver)s?$/.test(name)
        ? { severity: 'careful', what: `the table ${name} changes, and the running kernel goes on using its own` }
        : { severity: 'careful', what: `the initial value of ${name} changes` },
    ),
}

/** A type's members. */
export const STRUCT_LAYOUT: Rule = {
  id: 'struct-layout',
  why: 'objects of the old layout exist, and code that is not replaced goes on reading and writing them that way',
  check:
    'keep new members in shadow variables (klp_shadow_alloc); a type that lives on the stack of replaced functions alone is no danger: kmend build compares the compiled types',
  find: ({ files }) =>
    sights(
      files.filter(({ path }) => !isUapi(path)),
      'struct',
      (construct, file) => {
        const [removed, added] = [membersIn(construct, file, 'before'), membersIn(construct, file, 'after')]
        const [come, gone] = [added.filter((name) => !removed.includes(name)), removed.filter((name) => !added.includes(name))]
        const parts = [
          come.length === 0 ? '' : `gets ${come.join(', ')}`,
          gone.length === 0 ? '' : `loses ${gone.join(', ')}`,
          come.length + gone.length === 0 ? `changes in ${added.join(', ') || 'its members'}` : '',
        ]
        return { severity: 'stop', what: `${construct.name} ${parts.filter((part) => part !== '').join(' and ')}` }
      },
    ),
}

/** Names of the members on changed lines of a type. */
function membersIn(construct: Construct, file: FileChange, side: 'before' | 'after'): string[] {
  const source = file[side]
  return [...(side === 'before' ? file.removed : file.added)]
    .filter((at) => constructAt(source, at)?.name === construct.name)
    .flatMap((at) => [
      ...(/(?:(\w+)\s*(?:\[[^\]]*\]\s*|:\s*\d+\s*|__\w+(?:\([^)]*\))?\s*)*|\(\s*\*\s*(\w+)\s*\)[^;]*);/
        .exec(source.code[at - 1] ?? '')
        ?.slice(1) ?? []),
    ])
    .filter((name): name is string => name !== undefined)
}

/** The numbers of an enum. */
export const ENUM_VALUES: Rule = {
  id: 'enum-values',
  why: 'values that are stored already, or are compiled into code that is not replaced, keep their old meaning',
  check: 'what stores or compares these values, and whether all of it is replaced; put new names at the end',
  find: ({ files }) =>
    files
      .filter(({ path }) => !isUapi(path))
      .flatMap((file) => {
        const [before, after] = [enumValues(file.before), enumValues(file.after)]
        return sights([file], 'enum', ({ name }) => {
          const moved = [...before]
            .filter(([key, value]) => after.has(key) && after.get(key) !== value && !isCount(key))
            .map(([key]) => key)
          return {
            severity: 'careful',
            what:
              moved.length === 0 ? '' : `${name} gives ${moved.slice(0, 3).join(', ')}${moved.length > 3 ? ' and more' : ''} another value`,
          }
        }).filter(({ what }) => what !== '')
      }),
}

/** Names that stand for the number of the others. */
function isCount(name: string): boolean {
  return /(^|_)(MAX|COUNT|NUM|NR|LAST|END|SIZE|LEN|OPT_MAX)(_|$)|^__/i.test(name)
}

/** Each name's value, as text where the source gives it as text. */
export function enumValues({ text }: CodeFile): Map<string, string> {
  const values = new Map<string, string>()
  for (const [, body = ''] of text.matchAll(/\benum\s*\w*\s*(?:__\w+\s*)*\{([^}]*)\}/g)) {
    let base = ''
    let rank = 0
    for (const part of body.split(',')) {
      const [, name, value] = /^\s*(\w+)\s*(?:=\s*([\s\S]+))?$/.exec(part.trimEnd()) ?? []
      if (name === undefined) continue
      if (value !== undefined) [base, rank] = [value.replace(/\s+/g, ''), 0]
      values.set(name, `${base}+${rank++}`)
    }
  }
  return values
}

/** What programs see of the kernel's types. */
export const USER_INTERFACE: Rule = {
  id: 'user-interface',
  why: 'programs that run already use the old values and layouts, and the patch can be applied and reverted under them',
  check: 'that programs built before keep working, with the patch and after it is reverted',
  find: ({ files }) =>
    files
      .filter(({ path }) => isUapi(path))
      .flatMap((file): Sight[] => {
        const [first] = changedOutside(file).added
        return first === undefined
          ? []
          : [{ severity: 'careful', file: file.path, line: first.at, subject: file.path, what: 'a header that programs include changes' }]
      }),
}

function isUapi(path: string): boolean {
  return /(^|\/)uapi\//.test(path)
}
