import { basename } from 'node:path'
import type { Command } from 'commander'
import { runKlp } from './klp.ts'
import { runKpatch } from './kpatch.ts'

/** Programs whose place kmend can take: called by their name (a link), or as its commands. */
const PROGRAMS: Readonly<Record<string, (words: readonly string[]) => Promise<number>>> = { klp: runKlp, kpatch: runKpatch }

/** What the program was called as, and with what; undefined when it is kmend itself. `argv0` is what the caller named it. */
export function calledAs(argv0: string, argv: readonly string[]): { readonly name: string; readonly words: readonly string[] } | undefined {
  // A single executable has its own path as argv[1]; run from the sources, that is the script.
  const called = [argv0, argv[1] ?? ''].map((path) => basename(path)).find((name) => Object.hasOwn(PROGRAMS, name))
  if (called !== undefined) return { name: called, words: argv.slice(2) }
  const [first = '', ...words] = argv.slice(2)
  return Object.hasOwn(PROGRAMS, first) ? { name: first, words } : undefined
}

/** Their options are their own, so that they never come to commander's eyes. Undefined when kmend itself is meant. */
export function compatProgram(argv0: string, argv: readonly string[]): (() => Promise<number>) | undefined {
  const called = calledAs(argv0, argv)
  const run = called === undefined ? undefined : PROGRAMS[called.name]
  return called === undefined || run === undefined ? undefined : () => run(called.words)
}

/** For the list of commands alone: `compatProgram` has taken them before. */
export function addCompatCommands(program: Command): void {
  program.command('klp').argument('[word...]').description("what SUSE's klp prints, for scripts that call it (kmend klp --help)")
  program.command('kpatch').argument('[word...]').description('what kpatch does and prints, for scripts that call it (kmend kpatch --help)')
}
