import { areNear } from '../c/mod.ts'
import { type CodeFile, textOf } from './c-text.ts'
import type { FileChange, FunctionChange } from './change.ts'
import { type Rule, type Sight, see } from './finding.ts'
import { isKept } from './led-to.ts'
import { droppedIn } from './references.ts'

/** References that were counted by one member, and are counted by another. */
export const COUNTED_ELSEWHERE: Rule = {
  id: 'counted-elsewhere',
  why: 'a reference that is held when the patch is applied was counted by the one member, and the new code drops it in the other, which never counted it: the object goes too early; what was counted and is not dropped keeps another one for ever',
  check:
    'who holds a reference for longer than a call, and what becomes of it when old code took it and new code drops it, and the other way round',
  find: ({ files, functions }) =>
    files.flatMap((file) => {
      const [given, taken] = [countedOnly('before', file, files), countedOnly('after', file, files)]
      if (given.length + taken.length === 0) return []
      return functions.filter((one) => one.file === file && isKept(one)).flatMap((change) => sightsIn(change, given, taken))
    }),
}

/** Members that the file counts on this side of the change only, and that have not moved to a file near it. */
function countedOnly(side: 'before' | 'after', file: FileChange, files: readonly FileChange[]): string[] {
  const other = side === 'before' ? 'after' : 'before'
  const counted = gone(file[side], file[other])
  if (counted.length === 0) return []
  const moved = files.filter(({ path }) => areNear(path, file.path)).flatMap((one) => gone(one[other], one[side]))
  return counted.filter((member) => !moved.includes(member))
}

function sightsIn(change: FunctionChange, given: readonly string[], taken: readonly string[]): Sight[] {
  const [old, now] = [textOf(change.before?.body ?? []), textOf(change.after?.body ?? [])]
  const ended = given.find((member) => dropsOf(old).has(member) && dropsAnother(now, old))
  const begun = taken.find((member) => dropsOf(now).has(member) && dropsAnother(old, now))
  if (ended !== undefined)
    return [see(change, 'stop', `drops another reference than that in ${ended}, where those that are held were counted`)]
  if (begun !== undefined) return [see(change, 'stop', `drops a reference in ${begun}, where those that are held were not counted`)]
  return []
}

/** Whether the one code drops some kind of reference more often than the other. */
function dropsAnother(code: string, than: string): boolean {
  const count = (text: string, kind: string) => droppedIn(text).filter((one) => one === kind).length
  return droppedIn(code).some((kind) => count(code, kind) > count(than, kind))
}

/** Members that the one text counts both up and down, and the other one does not. */
function gone(from: CodeFile, to: CodeFile): string[] {
  const now = countedIn(to)
  return countedIn(from).filter((member) => !now.includes(member))
}

function countedIn({ text }: CodeFile): string[] {
  const drops = dropsOf(text)
  return [...takesOf(text)].filter((member) => drops.has(member))
}

function takesOf(text: string): Set<string> {
  return membersOf(text, 'inc|add|get')
}

function dropsOf(text: string): Set<string> {
  return membersOf(text, 'dec|sub|put')
}

function membersOf(text: string, acts: string): Set<string> {
  const act = new RegExp(
    `\\b(?:refcount|kref|atomic(?:64|_long)?)_(?:fetch_)?(?:${acts})(?![a-z])\\w*\\s*\\([^;&]*&[^;,&]*?(?:->|\\.)(\\w+)\\s*[,)]`,
    'g',
  )
  return new Set([...text.matchAll(act)].map(([, member = '']) => member))
}
