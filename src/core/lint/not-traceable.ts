import { type Rule, type Sight, see } from './finding.ts'

const MARKS = /\b(notrace|noinstr|__noinstr_section|__no_fentry__|__kprobes|__cpuidle|__entry_text|DEFINE_IDTENTRY\w*)\b/

/** Functions that ftrace cannot divert, or had better not. */
export const NOT_TRACEABLE: Rule = {
  id: 'not-traceable',
  why: 'a live patch diverts a function through ftrace; one without a call to it at its entry cannot be replaced, and one that may not be probed runs where a diversion can recurse',
  check: 'change a caller that can be traced instead; what kmend build says of this function decides',
  find: (review) =>
    review.functions.flatMap((change): Sight[] => {
      const { before, after } = change
      if (before === undefined || after === undefined) return []
      const mark = MARKS.exec(before.head)?.[1]
      if (mark !== undefined) return [see(change, 'stop', `it is marked ${mark}`)]
      if (review.untraced.has(change.file.path)) return [see(change, 'stop', 'its file is compiled without calls to ftrace')]
      const probed = change.file.before.code.findIndex((text) =>
        new RegExp(`\\bNOKPROBE_SYMBOL\\s*\\(\\s*${change.name}\\s*\\)`).test(text),
      )
      return probed < 0 ? [] : [see(change, 'careful', `NOKPROBE_SYMBOL (line ${probed + 1}) keeps probes out of it`)]
    }),
}
