import { Fault } from '../base/mod.ts'

/** Something that is wrong with a bundle, and where in it. */
export interface Finding {
  /** Offset in the file; absent when it is about the bundle as a whole. */
  readonly at?: number
  readonly entry?: string
  readonly text: string
}

const SHOWN = 10

/** All that is wrong with a bundle, as one fault. */
export function damagedBundle(findings: readonly Finding[], file: string): Fault {
  const advice = { try: 'fetch or make the bundle again: it is incomplete, damaged, or none' }
  const [first] = findings
  if (first !== undefined && findings.length === 1)
    return new Fault('bundle/damaged', `Cannot read this bundle: ${first.text}`, { in: [file, ...place(first)].join(', '), ...advice })
  const shown = findings.slice(0, SHOWN).map((finding) => `\n  - ${place(finding).join(', ')}: ${finding.text}`)
  const more = findings.length > SHOWN ? `\n  - and ${findings.length - SHOWN} more` : ''
  return new Fault('bundle/damaged', `Cannot read this bundle: ${findings.length} things are wrong in it${shown.join('')}${more}`, {
    in: file,
    ...advice,
  })
}

function place({ at, entry }: Finding): string[] {
  return [...(at === undefined ? [] : [`offset 0x${at.toString(16)}`]), ...(entry === undefined ? [] : [`entry ${show(entry)}`])]
}

/** As JSON, so that what is in it does nothing to a terminal. */
export function show(text: string): string {
  return JSON.stringify(text.replace(/\0+$/, ''))
}
