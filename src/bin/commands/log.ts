import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Command } from 'commander'
import { auditLog } from '../../app/log/mod.ts'
import { EXIT } from '../../core/base/mod.ts'
import { readBytes, writeWhole } from '../../io/files.ts'
import { exists, removeTree } from '../../io/folders.ts'
import { makeAuditPorts } from '../ports/log-ports.ts'
import { makeScreen } from '../screen.ts'
import { auditToJson, showAudit } from './log-text.ts'

export function addLogCommand(program: Command): void {
  program
    .command('log')
    .description("watch a repository's public log")
    .command('audit')
    .argument('<repository>', 'its address, or a folder')
    .requiredOption('--root <fingerprint>', 'SHA-256 of its first root, which its publisher tells you')
    .option('--state <file>', 'where the checkpoint is kept from one visit to the next')
    .option('--json', 'print for machines')
    .description('check that the log only grew, that it has what is served now, and that what it has is served; print what is new in it')
    .addHelpText('after', HELP)
    .action(audit)
}

const HELP = `
Examples:
  kmend log audit https://patches.example.org --root 5f2c…e1 --state patches.checkpoint
  kmend log audit /media/stick/patches --root 5f2c…e1 --json

Exit codes: 0 all is as it should be, 7 it is not, or is not to be trusted, 10 out of reach or too slow.`

interface AuditOptions {
  readonly root: string
  readonly state?: string
  readonly json?: true
}

async function audit(repository: string, { root, state, json }: AuditOptions): Promise<void> {
  const screen = makeScreen()
  const url = /^\w+:\/\//.test(repository) ? repository : pathToFileURL(resolve(repository)).href
  const folder = await mkdtemp(`${tmpdir()}/kmend-audit-`)
  try {
    const ports = makeAuditPorts({ url, fingerprint: root.toLowerCase(), folder })
    const kept = state !== undefined && (await exists(state)) ? await readBytes(state) : undefined
    const result = await auditLog(kept, ports)
    if (state !== undefined) await writeWhole(state, result.checkpoint)
    if (json === true) screen.line(JSON.stringify(auditToJson(result), null, 2))
    else showAudit(result, screen)
    if (result.alarms.length > 0) process.exitCode = EXIT.untrusted
  } finally {
    await removeTree(folder)
  }
}
