import { exec } from './exec.ts'

type Answer = { readonly kind: 'done' } | { readonly kind: 'refused'; readonly said: string }

/** Loads a module file as it is. Faults: tool/missing. */
export async function loadModule(path: string): Promise<Answer> {
  return answer(await exec('insmod', [path], OPTIONS), /^insmod: ERROR: could not insert module .*?: /)
}

export async function unloadModule(name: string): Promise<Answer> {
  return answer(await exec('rmmod', [name], OPTIONS), /^rmmod: ERROR: /)
}

/** The fields of a module that is found by its name, each ended by a NUL; undefined when none is found. */
export async function moduleInfo(name: string): Promise<string | undefined> {
  const { code, stdout } = await exec('modinfo', ['-0', name], OPTIONS)
  return code === 0 ? stdout.replaceAll(/(^|\0)(\w+): */g, '$1$2=') : undefined
}

/** These lie in a folder that a user's PATH may lack. */
const OPTIONS = { package: 'kmod', env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` } }

function answer({ code, stderr }: { readonly code: number; readonly stderr: string }, lead: RegExp): Answer {
  return code === 0 ? { kind: 'done' } : { kind: 'refused', said: stderr.trim().replace(lead, '') }
}
