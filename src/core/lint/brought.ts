import { type Region, readCFile, tokensOf } from '../c/mod.ts'
import { type CodeFile, textOf } from './c-text.ts'
import { type FileChange, changedOutside } from './change.ts'

/** Something at the top level of a file that the fix brings. */
export interface Brought {
  readonly file: FileChange
  readonly name: string
  readonly region: Region
  readonly tokens: readonly string[]
}

/**
 * Structs that the files as they were do not have, neither by this name nor by another one. What a file or a header named before is known, too: it may have
 * moved here from a file that is no more.
 */
export function broughtStructs(files: readonly FileChange[]): Brought[] {
  const found = files.flatMap((file) => broughtBy(file, /\bstruct\s+\w+\s*(?:__\w+\s*)*\{/, isStruct))
  if (found.length === 0) return []
  const old = files.map(({ path, before }) => ({ path, text: before.text, packed: before.text.replace(/\s+/g, '') }))
  const isKnown = ({ file, name, tokens }: Brought) => {
    const body = tokens.slice(tokens.indexOf('{')).join('')
    const word = new RegExp(`\\bstruct\\s+${name}\\b`)
    return old.some(({ path, text, packed }) => {
      const isNamed = (path === file.path || path.endsWith('.h')) && word.test(text)
      return isNamed || packed.includes(`struct${name}{`) || packed.includes(body)
    })
  }
  return found.filter((one) => !isKnown(one))
}

/** File-level variables that the files as they were do not define. */
export function broughtVariables(files: readonly FileChange[]): Brought[] {
  const found = files.flatMap((file) => broughtBy(file, /[;=]/, isVariable))
  const isKnown = ({ name, region }: Brought) => {
    const word = new RegExp(`^(?!extern\\b|\\w*DECLARE_)[A-Za-z_].*\\b${name}\\b`)
    return !region.isStatic && files.some(({ before }) => before.code.some((line) => word.test(line)))
  }
  return found.filter((one) => !isKnown(one))
}

/** `hint` is what a line has that such an item begins with: most files need not be read for it. */
function broughtBy(file: FileChange, hint: RegExp, isWanted: (region: Region) => boolean): Brought[] {
  if (!hint.test(textOf(changedOutside(file).added))) return []
  const known = new Set(itemsIn(file.before, isWanted).map(({ region }) => region.name))
  return itemsIn(file.after, isWanted)
    .filter(({ region }) => region.name !== '' && !known.has(region.name))
    .map(({ region, tokens }) => ({ file, name: region.name, region, tokens }))
}

function itemsIn({ text }: CodeFile, isWanted: (region: Region) => boolean): { region: Region; tokens: string[] }[] {
  const file = readCFile(text)
  return file.regions.filter(isWanted).map((region) => ({ region, tokens: tokensOf(file, region) }))
}

/** `struct pair;` alone says that there is one. */
function isVariable({ kind, head }: Region): boolean {
  return kind === 'data' && !/\bextern\b|\bDECLARE_|^(?:struct|union|enum) \w+ ;?$/.test(head)
}

function isStruct({ kind, head }: Region): boolean {
  return kind === 'type' && /^(?:typedef )?struct\b/.test(head)
}
