import { type CodeLine, isInitHead } from './c-text.ts'
import { type FileChange, type FunctionChange, changedOutside } from './change.ts'
import { type Review, type Rule, type Sight, see } from './finding.ts'

/** Functions and tables of the fix whose address the kernel gets. */
export const ADDRESS_HANDED_OUT: Rule = {
  id: 'address-handed-out',
  why: 'only the module of the live patch has it: what the kernel keeps goes on leading there when the patch is disabled, and into nothing when somebody unloads the module before the next boot (kmend leaves it in memory)',
  check:
    'whether it is right next to the old code when it is called or read after that; an RCU callback, work or a timer that waits can be waited for or cancelled in a post-unpatch callback (rcu_barrier, cancel_work_sync, timer_delete_sync)',
  find: (review) => [
    ...review.functions.flatMap((change): Sight[] => {
      if (change.before !== undefined || change.after === undefined || isInitHead(change.after.head)) return []
      return firstUse(review, change.file, change.name)
    }),
    ...review.files.flatMap((file) => newTables(file).flatMap((name) => firstUse(review, file, name))),
  ],
}

/** In code that the fix changes: in what stays, nothing names what is new. */
function firstUse({ functions }: Review, file: FileChange, name: string): Sight[] {
  for (const change of functions) {
    if (change.after === undefined || isInitHead(change.after.head)) continue
    const line = change.added.find(({ text }) => takesAddress(text, name))
    if (line === undefined || (change.file !== file && isStatic(file, name))) continue
    return [{ ...see(change, 'look', `its address is handed out: ${shown(change, line, name)}`, line.at), subject: name }]
  }
  return []
}

function isStatic({ after }: FileChange, name: string): boolean {
  return new RegExp(`^static\\b.*\\b${name}\\b`, 'm').test(after.text)
}

/** By its name alone, as an argument or after `=`; what is called, indexed, compared or measured is not handed out, nor is a member of the name. */
function takesAddress(text: string, name: string): boolean {
  if (!text.includes(name)) return false
  const bare = text.replace(
    new RegExp(`\\b(?:sizeof|ARRAY_SIZE|offsetof|typeof|kthread_should_\\w+)\\s*\\([^()]*\\)|[=!]=\\s*&?${name}\\b`, 'g'),
    ' ',
  )
  return new RegExp(`(?:[(,?:]|(?<![=!<>])=|\\breturn\\b|^)\\s*(?:\\([^()]*\\)\\s*)?&?${name}\\s*(?:[,;):?}]|$)`).test(bare)
}

/** The call may have begun on the line before. */
function shown(change: FunctionChange, { at, text }: CodeLine, name: string): string {
  const before = change.after?.body.find((line) => line.at === at - 1)?.text ?? ''
  const whole = /[;{}]\s*$/.test(before) ? text : `${before} ${text}`
  const call = new RegExp(`\\b(\\w+)\\s*\\([^;]*\\b${name}\\b`).exec(whole)?.[1]
  return call === undefined || /^(if|while|return|switch|for)$/.test(call)
    ? `${change.name} stores it, or hands it on`
    : `${change.name} hands it to ${call}`
}

/** Variables with an initial value that the fix brings. */
function newTables(file: FileChange): string[] {
  return changedOutside(file).added.flatMap(({ text }) => {
    const name = /^(?:static\s+|const\s+)+(?:struct\s+)?[\w\s*]*?\b(\w+)\s*(?:\[[^\]]*\]\s*)*(?:__\w+(?:\([^)]*\))?\s*)*=\s*(?:\{|$)/.exec(
      text,
    )?.[1]
    return name === undefined || new RegExp(`\\b${name}\\b`).test(file.before.text) ? [] : [name]
  })
}
