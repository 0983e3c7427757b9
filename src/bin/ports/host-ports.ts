import { createHash } from 'node:crypto'
import { userInfo } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import type { HostPorts } from '../../app/host/mod.ts'
import { printable } from '../../core/base/mod.ts'
import { debianPackageOf } from '../../io/dpkg.ts'
import { sealEnvelope } from '../../io/envelope.ts'
import { appendSynced, readBytes, readText, removeSynced, truncateFile, writeWhole } from '../../io/files.ts'
import { verifyEd25519 } from '../../io/verify-ed25519.ts'
import { exists, listNames } from '../../io/folders.ts'
import { isFlocked, withFlock } from '../../io/flock.ts'
import { freeBytes, hasProgram, isClockSynchronised, readKernelConfig } from '../../io/host-facts.ts'
import { runHook } from '../../io/hook.ts'
import { loadModule, moduleInfo, unloadModule } from '../../io/kernel-modules.ts'
import { readSigningKey } from '../../io/signing-key.ts'
import { sayToSystemLog } from '../../io/system-log.ts'
import { parseToml, readTomlFile } from '../../io/toml-file.ts'
import {
  readKernelLog,
  readSystemBytes,
  readSystemRange,
  readSystemText,
  systemNames,
  uptimeMs,
  writeSystemText,
} from '../../io/system-files.ts'
import { updateInitramfs } from '../../io/update-initramfs.ts'
import { unpackImage } from '../../io/unpack-image.ts'

/** The host stories' ports, on this machine. */
export function makeHostPorts(progress: (text: string) => void): HostPorts {
  return {
    system: {
      read: readSystemText,
      readBytes: readSystemBytes,
      readRange: readSystemRange,
      names: systemNames,
      write: writeSystemText,
      log: readKernelLog,
      uptimeMs,
    },
    files: {
      exists,
      readBytes,
      readText,
      write: writeWhole,
      append: appendSynced,
      truncate: truncateFile,
      remove: removeSynced,
      names: listNames,
    },
    modules: { load: loadModule, unload: unloadModule, info: moduleInfo },
    makeImage: updateInitramfs,
    unpackImage,
    packageOf: debianPackageOf,
    toml: readTomlFile,
    parseToml,
    runHook,
    poke(pid) {
      process.kill(pid, 'SIGSTOP')
      process.kill(pid, 'SIGCONT')
    },
    withLock: withFlock,
    host: { freeBytes, hasProgram, isClockSynchronised, kernelConfig: readKernelConfig },
    isLocked: isFlocked,
    verify: verifyEd25519,
    digest: (content) => createHash('sha256').update(content).digest('hex'),
    // Loaded only here: a command that asks no repository does not pay for it.
    withRepository: async (source, act) => (await import('../../io/tuf-client.ts')).withTuf(source, act),
    actor: whoRuns(),
    nowMs: Date.now,
    deadline: (ms) => AbortSignal.timeout(ms),
    zone: () => ({ offsetMs: -new Date().getTimezoneOffset() * 60_000 }),
    sleep: (ms) => setTimeout(ms),
    seal: async (type, payload, keyFile) => sealEnvelope(type, payload, await readSigningKey(keyFile)),
    journal: sayToSystemLog,
    progress,
    // On a line of its own: a line of progress may be open.
    warn: (text) => void process.stderr.write(`${process.stderr.isTTY === true ? '\r\x1b[K' : ''}warning: ${printable(text)}\n`),
  }
}

function whoRuns(): HostPorts['actor'] {
  const { uid, username } = userInfo()
  return { uid, user: username, by: process.env['SUDO_USER'] ?? null, command: ['kmend', ...process.argv.slice(2)] }
}
