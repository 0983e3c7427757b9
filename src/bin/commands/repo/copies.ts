import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Command } from 'commander'
import { type Mirrored, type Verified, mirrorRepository, verifyRepository } from '../../../app/repo/mod.ts'
import { EXIT } from '../../../core/base/mod.ts'
import { makeRepoPorts } from '../../ports/repo-ports.ts'
import { type Screen, makeScreen } from '../../screen.ts'
import { approver } from './options.ts'

interface Options {
  readonly root: string
  readonly kernel?: readonly string[]
  readonly json?: true
}

/** For who has a repository from somebody else, or by its address: verify, mirror. */
export function addCopyCommands(repo: Command): void {
  repo
    .command('verify')
    .argument('<address>', 'a folder, or https://…')
    .requiredOption('--root <fingerprint>', 'of its first root, as kmend repo init printed it')
    .option('--json', 'print for machines')
    .description('read all of a repository as its readers may: signatures, digests, log, expiry')
    .addHelpText(
      'after',
      '\nExamples:\n  kmend repo verify https://example.org/livepatches --root 480cd2…\n\nExit codes: 0 all is as it should be, 7 not trusted, 10 it cannot be reached.',
    )
    .action(verify)
  repo
    .command('mirror')
    .argument('<address>', 'a folder, or https://…')
    .argument('<folder>', 'the copy, which is made or brought up to date')
    .requiredOption('--root <fingerprint>', 'of its first root, as kmend repo init printed it')
    .option('--kernel <release...>', 'only these (default: all)')
    .option('--json', 'print for machines')
    .description('copy a repository for a closed network, or onto a stick; hosts believe the copy until it expires')
    .addHelpText(
      'after',
      '\nExamples:\n  kmend repo mirror https://example.org/livepatches /media/stick --root 480cd2… --kernel 6.1.0-56-cloud-amd64\n\nExit codes: 0 done, 2 it has no such kernel, 7 not trusted, 10 it cannot be reached.',
    )
    .action(mirror)
}

async function verify(address: string, { root, json }: Options): Promise<void> {
  const screen = makeScreen()
  const verified = await verifyRepository({ address: asAddress(address), fingerprint: root }, makeRepoPorts(approver({})))
  process.exitCode = verified.findings.length + verified.expired.length === 0 ? EXIT.done : EXIT.untrusted
  if (json === true) return screen.line(JSON.stringify(verified, null, 2))
  for (const line of formatVerified(verified, screen)) screen.line(line)
}

async function mirror(address: string, folder: string, { root, kernel, json }: Options): Promise<void> {
  const screen = makeScreen()
  const request = { address: asAddress(address), fingerprint: root, folder: resolve(folder), releases: kernel }
  const mirrored = await mirrorRepository(request, makeRepoPorts(approver({})))
  if (json === true) return screen.line(JSON.stringify(mirrored, null, 2))
  for (const line of formatMirrored(mirrored, screen)) screen.line(line)
}

function asAddress(given: string): string {
  return /^[a-z]+:\/\//.test(given) ? given : pathToFileURL(resolve(given)).href
}

function formatVerified({ kernels, metadata, targets, logEntries, findings, expired }: Verified, screen: Screen): string[] {
  const isGood = findings.length + expired.length === 0
  return [
    `${isGood ? screen.good('verified') : screen.bad('damaged')}  ${kernels.length} kernels, ${metadata} metadata files, ${targets} targets, ${logEntries} log entries`,
    ...findings.map((finding) => `  ${finding}`),
    ...expired.map(({ repository, role, expires }) => `  ${repository} ${role} expired ${expires}`),
  ]
}

function formatMirrored({ kernels, targets, sizeBytes, until }: Mirrored, screen: Screen): string[] {
  return [
    `${screen.good('copied')}  ${kernels.length} kernels, ${targets} targets, ${sizeBytes} bytes`,
    `  hosts that were told that it is carried believe it until ${until}`,
  ]
}
