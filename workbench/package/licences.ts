import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from '../run.ts'

/** The copyright file of a package: kmend's own licence, and the whole text of that of each npm package whose code is inside. */
export async function formatCopyright(packages: readonly string[]): Promise<string> {
  const theirs = await Promise.all(packages.map(licenceOf))
  return [OURS, ...theirs].join(`\n${'-'.repeat(80)}\n\n`)
}

const OURS = `kmend: Copyright the kmend authors.

Licensed under the Apache License, Version 2.0; on Debian systems its text is in /usr/share/common-licenses/Apache-2.0.
The executable also holds the programs below, each under the licence that follows its name.
`

async function licenceOf(name: string): Promise<string> {
  const folder = join(ROOT, 'node_modules', name)
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { readonly version: string }
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry))
  if (file === undefined) throw new Error(`Cannot ship ${name}: its package has no licence file`)
  return `${name} ${version}:\n\n${(await readFile(join(folder, file), 'utf8')).trim()}\n`
}
