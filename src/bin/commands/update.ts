import { resolve } from 'node:path'
import { checkName } from '../../app/build/mod.ts'
import { type UpdateRequest, nameOfUpdate, update } from '../../app/update/mod.ts'
import { parseRelease } from '../../core/kernel/mod.ts'
import { parseUnwanted } from '../../core/update/mod.ts'
import { readAfter } from '../read-after.ts'
import { readCveRecords } from '../read-cve-records.ts'
import { makeUpdatePorts } from '../ports/update-ports.ts'
import { makeScreen } from '../screen.ts'
import { buildExit } from './build-text.ts'
import { formatUpdate, updateToJson } from './update-text.ts'

export interface UpdateOptions {
  readonly kernel: string
  readonly from?: string
  readonly to: string
  readonly only: readonly string[]
  readonly without: readonly string[]
  readonly name?: string
  readonly patchVersion?: number
  readonly after?: string
  readonly drop: readonly string[]
  readonly output?: string
  readonly cve: readonly string[]
  readonly fixes: readonly string[]
  readonly cveRecords?: string
  readonly json?: true
}

/** `kmend build --to`: one live patch of a whole update. */
export async function runUpdate(options: UpdateOptions): Promise<void> {
  const screen = makeScreen()
  const request = await readRequest(options)
  const outcome = await update(request, makeUpdatePorts(screen.progress)).finally(screen.settle)
  process.exitCode = buildExit(outcome.build)
  if (options.json === true) return screen.line(JSON.stringify(updateToJson(outcome), null, 2))
  for (const line of formatUpdate(outcome, screen)) screen.line(line)
}

async function readRequest(options: UpdateOptions): Promise<UpdateRequest> {
  const name = checkName(options.name ?? nameOfUpdate(options.to))
  return {
    ...(await readAfter(options)),
    release: parseRelease(options.kernel).release,
    from: options.from,
    to: options.to,
    only: options.only,
    without: options.without.map(parseUnwanted),
    name,
    output: resolve(options.output ?? name),
    cves: options.cve,
    bugs: options.fixes,
    cveRecords: options.cveRecords === undefined ? [] : (await readCveRecords(options.cveRecords)).records,
  }
}
