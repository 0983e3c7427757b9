import type { Command } from 'commander'
import { signFixes, stateFixes } from '../../../app/host/mod.ts'
import { EXIT } from '../../../core/base/mod.ts'
import { makeHostPorts } from '../../ports/host-ports.ts'
import { makeScreen } from '../../screen.ts'
import { VERSION } from '../../version.ts'

export function addVexCommand(program: Command): void {
  program
    .command('vex')
    .option('--author <who>', 'who says it: a person or a role of yours; otherwise the host itself')
    .option('--sign <key.pem>', 'sign it, as an in-toto attestation in a DSSE envelope, with this Ed25519, ECDSA or RSA key')
    .option('--json', 'print faults for machines, too; the document is JSON in any case')
    .description('an OpenVEX document of the CVEs that live patches in force fix, for scanners that know the package version alone')
    .addHelpText(
      'after',
      '\nExamples:\n  kmend vex >host.openvex.json\n  kmend vex --author security@example.org\n  kmend vex --sign /etc/kmend/vex-key.pem >host.openvex.intoto.json\n\nExit codes: 0 written, 3 no live patch in force fixes a CVE: nothing is written.',
    )
    .action(vex)
}

async function vex({ author, sign }: { readonly author?: string; readonly sign?: string }): Promise<void> {
  const screen = makeScreen()
  const ports = makeHostPorts(screen.progress)
  const wish = { author, tooling: `kmend ${VERSION}` }
  const document = await (sign === undefined ? stateFixes(wish, ports) : signFixes(wish, sign, ports)).finally(screen.settle)
  if (document !== undefined) return screen.line(JSON.stringify(document, null, 2))
  process.stderr.write('no live patch in force fixes a CVE: there is nothing to say\n')
  process.exitCode = EXIT.unchanged
}
