import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { withDependencies } from '../../src/app/vm/mod.ts'
import { makeProvePorts } from '../../src/bin/ports/prove-ports.ts'
import { makeSignPorts } from '../../src/bin/ports/sign-ports.ts'
import { joinSignature, splitSignature } from '../../src/core/kernel/mod.ts'
import { execOk } from '../../src/io/exec.ts'
import { realKernel } from '../kit/real-kernel.ts'

test.each([
  ['RSA', ['-newkey', 'rsa:2048']],
  ['RSA of 4096 bits', ['-newkey', 'rsa:4096']],
])('signed with a key of %s, a module is byte for byte what the kernel’s own sign-file makes of it', async (_, kind) => {
  const folder = await mkdtemp(`${tmpdir()}/kmend-sign-test-`)
  try {
    const kernel = await realKernel()
    const module = (
      await withDependencies(
        ['dummy'],
        kernel,
        makeProvePorts(() => {}),
      )
    ).at(-1)
    const { content } = splitSignature(module?.bytes ?? new Uint8Array(0), 'dummy.ko')
    const [key, cert] = [`${folder}/key`, `${folder}/cert`]
    await execOk('openssl', ['req', '-x509', ...kind, '-nodes', '-days', '1', '-subj', '/CN=test', '-keyout', key, '-out', cert])
    await writeFile(`${folder}/theirs.ko`, content)
    await execOk(`${kernel.paths.tree}/scripts/sign-file`, ['sha256', key, cert, `${folder}/theirs.ko`])
    const { message } = await makeSignPorts({ key, certificate: cert }).sign(content)
    expect(Buffer.from(joinSignature(content, message))).toEqual(await readFile(`${folder}/theirs.ko`))
  } finally {
    await rm(folder, { recursive: true })
  }
})
