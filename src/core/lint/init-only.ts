import { hasLocal, isInitHead, ownName } from './c-text.ts'
import { changedOutside } from './change.ts'
import { type Rule, type Sight, see } from './finding.ts'

const REGISTRATION =
  /\b(\w*_initcall(_sync)?|module_(init|exit)|module_param\w*|core_param\w*|early_param|__setup\w*|MODULE_DEVICE_TABLE|MODULE_ALIAS\w*|MODULE_FIRMWARE|DECLARE_PCI_FIXUP\w*|module_(pci|usb|platform|i2c)_driver|TRACE_EVENT|console_initcall)\b/

/** Code that has run, once and for all, before the patch is loaded. */
export const INIT_ONLY: Rule = {
  id: 'init-only',
  why: 'this part ran when the kernel or the module started and will not run again: a live patch cannot make it take effect',
  check: 'whether the fix does anything without it; state that it would set up has to be set up where it is first used, or in a callback',
  find: (review) => [
    ...review.functions.flatMap((change): Sight[] => {
      const head = change.after?.head ?? change.before?.head ?? ''
      return isInitHead(head) ? [see(change, 'look', 'it runs only when the kernel or the module starts or leaves')] : []
    }),
    ...review.files.flatMap((file) =>
      changedOutside(file)
        .added.filter(({ text }) => REGISTRATION.test(text))
        .slice(0, 1)
        .map(({ at, text }) => {
          const what = REGISTRATION.exec(text)?.[0] ?? ''
          return {
            severity: 'look' as const,
            file: file.path,
            line: at,
            subject: what,
            what: `${what} registers something at boot or when the module loads`,
          }
        }),
    ),
  ],
}

/** A variable that only init code sets up, and that the fix newly relies on. */
export const INIT_STATE: Rule = {
  id: 'init-state',
  why: 'the init code has run before the patch comes: the variable keeps what it had, often NULL, and the replaced code uses it',
  check: 'set it up in a pre-patch callback, or where it is first used',
  find: ({ functions }) =>
    functions.flatMap((change): Sight[] => {
      const { after, added } = change
      if (after === undefined || !isInitHead(after.head)) return []
      return added.flatMap(({ at, text }): Sight[] => {
        const name = /^\s*([A-Za-z_]\w*)\s*=(?!=)/.exec(text)?.[1]
        if (name === undefined || hasLocal(after, name)) return []
        const word = new RegExp(ownName(name))
        const user = functions.find(
          (other) => other !== change && !isInitHead(other.after?.head ?? '') && other.added.some((line) => word.test(line.text)),
        )
        return user === undefined ? [] : [see(change, 'stop', `only it sets up ${name}, which ${user.name} newly uses`, at)]
      })
    }),
}
