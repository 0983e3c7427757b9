import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Command } from 'commander'
import { auditLog, cosignLog, parseDemand } from '../../app/log/mod.ts'
import { EXIT } from '../../core/base/mod.ts'
import { formatVerifierKey } from '../../core/log/mod.ts'
import { readBytes, writeWhole } from '../../io/files.ts'
import { exists, removeTree } from '../../io/folders.ts'
import { makeWitnessKey, readWitnessKey } from '../../io/witness-key.ts'
import { makeAuditPorts, makeWitnessPorts } from '../ports/log-ports.ts'
import { makeScreen } from '../screen.ts'
import { auditToJson, showAudit } from './log-text.ts'
import { type WitnessOptions, demanded, withWitnesses } from './witness-options.ts'

interface LogOptions {
  readonly root: string
  readonly json?: true
}

/** Whoever reads a repository's log: audit; whoever vouches for it: key, witness. */
export function addLogCommand(program: Command): void {
  const log = program.command('log').description("watch a repository's public log, and vouch for it")
  withWitnesses(withLog(log.command('audit')))
    .option('--state <file>', 'where the checkpoint is kept from one visit to the next')
    .description('check that the log only grew, that it has what is served now, and that what it has is served; print what is new in it')
    .addHelpText('after', AUDIT_HELP)
    .action(audit)
  log
    .command('key')
    .argument('<name>', 'of the witness: one that nobody else has, such as witness.example.org/one')
    .argument('<file>', 'where the private half goes: a PEM file; the public one comes beside it, as .pub')
    .option('--json', 'print for machines')
    .description('make the key of a witness; prints what publishers and hosts are told')
    .addHelpText(
      'after',
      '\nExamples:\n  kmend log key witness.example.org/one witness.pem\n\nExit codes: 0 made, 2 there is a file of that name, 5 it cannot name a witness.',
    )
    .action(makeKey)
  withLog(log.command('witness'))
    .requiredOption('--key <file>', 'the private key, as kmend log key made it')
    .requiredOption('--state <file>', 'what this witness cosigned last; it travels to the publisher as it is')
    .option('--begin', 'the first visit, when there is no state yet')
    .description('vouch that the log only grew since this witness did so last: cosign its newest checkpoint')
    .addHelpText('after', WITNESS_HELP)
    .action(witness)
}

const AUDIT_HELP = `
Examples:
  kmend log audit https://patches.example.org --root 5f2c…e1 --state patches.checkpoint
  kmend log audit /media/stick/patches --root 5f2c…e1 --json

Exit codes: 0 all is as it should be, 5 a key of a witness cannot be used, 7 it is not, or is not to be trusted, 10 out of reach or too slow.`

const WITNESS_HELP = `
Examples:
  kmend log witness https://patches.example.org --root 5f2c…e1 --key witness.pem --state patches.note --begin
  kmend log witness https://patches.example.org --root 5f2c…e1 --key witness.pem --state patches.note

Exit codes: 0 cosigned, 5 the state or the key cannot be used, 7 the log is not to be trusted, 10 out of reach, too slow, or locked.`

function withLog(command: Command): Command {
  return command
    .argument('<repository>', 'its address, or a folder')
    .requiredOption('--root <fingerprint>', 'SHA-256 of its first root, which its publisher tells you')
    .option('--json', 'print for machines')
}

async function audit(repository: string, options: LogOptions & WitnessOptions & { readonly state?: string }): Promise<void> {
  const screen = makeScreen()
  const { state, json } = options
  const result = await visit(repository, options, async (at) => {
    const ports = makeAuditPorts(at)
    const wish = demanded(options)
    const kept = state !== undefined && (await exists(state)) ? await readBytes(state) : undefined
    return auditLog({ kept, demand: wish === undefined ? undefined : parseDemand(wish, ports) }, ports)
  })
  if (state !== undefined) await writeWhole(state, result.checkpoint)
  if (json === true) screen.line(JSON.stringify(auditToJson(result), null, 2))
  else showAudit(result, screen)
  if (result.alarms.length > 0) process.exitCode = EXIT.untrusted
}

async function makeKey(name: string, file: string, { json }: { readonly json?: true }): Promise<void> {
  const screen = makeScreen()
  const key = formatVerifierKey(await makeWitnessKey(resolve(file), name))
  if (json === true) return screen.line(JSON.stringify({ key }, null, 2))
  screen.line(`${screen.good('made')}  ${key}`)
}

interface CosignOptions extends LogOptions {
  readonly key: string
  readonly state: string
  readonly begin?: true
}

async function witness(repository: string, options: CosignOptions): Promise<void> {
  const screen = makeScreen()
  const [state, isFirst] = [resolve(options.state), options.begin === true]
  const key = await readWitnessKey(resolve(options.key))
  const cosigned = await visit(repository, options, (at) => cosignLog({ key, state, isFirst }, makeWitnessPorts(at, state)))
  if (options.json === true) return screen.line(JSON.stringify({ witness: key.verifier.name, state, ...cosigned }, null, 2))
  const { origin, size, sizeBefore } = cosigned
  const news = sizeBefore === null ? 'the first visit' : `${size - sizeBefore} of them new`
  screen.line(`${screen.good('cosigned')}  ${screen.bold(origin)}: ${size} entries, ${news}`)
  screen.line(`  ${state} goes to the publisher, for kmend repo cosign`)
}

/** What is read of the repository is kept in a folder for this one visit. */
async function visit<T>(
  repository: string,
  { root }: LogOptions,
  act: (at: Parameters<typeof makeAuditPorts>[0]) => Promise<T>,
): Promise<T> {
  const url = /^\w+:\/\//.test(repository) ? repository : pathToFileURL(resolve(repository)).href
  const folder = await mkdtemp(`${tmpdir()}/kmend-log-`)
  try {
    return await act({ url, fingerprint: root.toLowerCase(), folder })
  } finally {
    await removeTree(folder)
  }
}
