import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { makeHostProgram } from '../../src/bin/host-program.ts'
import { exec } from '../../src/io/exec.ts'
import { cannotRun } from '../../test/kit/cannot-run.ts'
import { readCommands } from './command-tree.ts'
import { formatBashCompletion, formatZshCompletion } from './completion.ts'

/** What a person has typed, and one thing that the shell offers then. */
const TYPED: readonly [string, string][] = [
  ['kmend app', 'apply'],
  ['kmend boot ', 'note-shutdown'],
  ['kmend check --format ', 'openmetrics'],
  ['kmend blocking --ver', '--verbose'],
]

test.each(TYPED)('bash offers for "%s" %s', async (typed, offered) => {
  await inFolder(async (folder) => {
    await writeFile(`${folder}/completion`, formatBashCompletion(readCommands(makeHostProgram())))
    const script = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kmend; printf "%s\\n" "${COMPREPLY[@]}"'
    const { stdout, stderr } = await exec('bash', ['-c', script, 'bash', `${folder}/completion`, ...typed.split(' ')])
    expect([stdout.split('\n'), stderr]).toEqual([expect.arrayContaining([offered]), ''])
  })
})

/** A shell on a terminal of its own, in which the words are typed and the tab key is pressed; it is read until it offers what is awaited. */
const ZSH = `zmodload zsh/zpty
zpty -b shell zsh -f -i
zpty -w shell "fpath=($1 \\$fpath); autoload -Uz compinit; compinit -u -d $1/dump; stty -echo; print re''ady"
zpty -r shell seen '*ready*'
zpty -w -n shell "$2"$'\\t'
zpty -r shell seen "*$3*"
print -r -- "$seen"
`

test.for(TYPED)('zsh offers for "%s" %s', async ([typed, offered], context) => {
  if ((await exec('sh', ['-c', 'command -v zsh'])).code !== 0) return cannotRun(context, 'there is no zsh')
  await inFolder(async (folder) => {
    await writeFile(`${folder}/_kmend`, formatZshCompletion(readCommands(makeHostProgram())))
    const { stdout } = await exec('zsh', ['-c', ZSH, 'zsh', folder, typed, offered], { timeoutMs: 30_000 })
    expect(stdout).toContain(offered)
  })
})

async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(`${tmpdir()}/kmend-completion-`)
  await act(folder).finally(() => rm(folder, { recursive: true }))
}
