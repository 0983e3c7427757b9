import { type Command, InvalidArgumentError } from 'commander'
import { signLivepatch } from '../../app/sign/mod.ts'
import { makeSignPorts } from '../ports/sign-ports.ts'
import { makeScreen } from '../screen.ts'

interface Options {
  readonly key: string
  readonly cert: string
  readonly passphrase?: string
  readonly json?: true
}

export function addSignCommand(program: Command): void {
  program
    .command('sign')
    .argument('<patch>', 'a bundle, the output folder of kmend build, or a livepatch module')
    .requiredOption('--key <key>', 'private key: a PEM file, or a pkcs11: URI of one on a token')
    .requiredOption('--cert <file>', 'its certificate, PEM or DER, which the kernels trust')
    .option('--passphrase <source>', 'where the passphrase of the key is: file:<path> or env:<name>', parseSource)
    .option('--json', 'print for machines')
    .description('append the module signature (PKCS#7) that a kernel with Secure Boot or module.sig_enforce asks for')
    .addHelpText('after', EXAMPLES)
    .action(run)
}

const EXAMPLES = `
Examples:
  kmend sign kmend_fix --key mok.key --cert mok.der
  kmend sign fix.kmend --key mok.key --cert mok.der
  kmend sign kmend_fix --key 'pkcs11:token=kernel;object=livepatch;pin-source=file:/etc/kmend/pin' --cert mok.der

Exit codes: 0 signed, 5 the key, the certificate, the module or the bundle cannot be used, 6 a file or openssl is missing.`

async function run(patch: string, { key, cert, passphrase, json }: Options): Promise<void> {
  const screen = makeScreen()
  const outcome = await signLivepatch(patch.replace(/\/+$/, ''), makeSignPorts({ key, certificate: cert, passphrase }))
  if (json === true) return screen.line(JSON.stringify(outcome, null, 2))
  screen.line(
    `${screen.good('signed')}  ${screen.bold(outcome.name)}, by ${outcome.signer}${outcome.wasSigned ? '; the signature that it had is gone' : ''}`,
  )
  const kind = outcome.path.endsWith('.ko') ? 'module' : 'bundle'
  screen.line(`  ${kind}  ${outcome.path} (${outcome.sizeBytes} bytes, sha256 ${outcome.fileSha256})`)
}

/** On the command line itself everyone on this machine could read it. */
function parseSource(text: string): string {
  if (/^(file|env):./.test(text)) return text
  throw new InvalidArgumentError('file:<path> or env:<name> is expected.')
}
