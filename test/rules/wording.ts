/** A `new Fault(code, message…)` whose message is a literal: `'…'`, `"…"` or a template. */
const WORDED_FAULT = /new Fault\(\s*[^,()]+,\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g
const FAULT = /new Fault\(/g

/** What is wrong with the messages of a file's faults: each says what kmend cannot do, where it is thrown, and is no sentence with a full stop. */
export function checkWording(text: string): readonly string[] {
  const messages = [...text.matchAll(WORDED_FAULT)].map(([, single, double, template]) => single ?? double ?? template ?? '')
  const unworded = [...text.matchAll(FAULT)].length - messages.length
  return [
    ...messages.filter((message) => !message.startsWith('Cannot ')).map((message) => `does not begin with "Cannot": ${message}`),
    ...messages.filter((message) => /[.!]$/.test(message)).map((message) => `ends in a full stop: ${message}`),
    ...(unworded > 0 ? [`${unworded} without its message in place`] : []),
  ]
}
