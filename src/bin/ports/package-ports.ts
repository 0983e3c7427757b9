import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type PackagePorts, type PatchContents, type RepositoryPorts, readFolder } from '../../app/package/mod.ts'
import { findFile, readBundle, textOf } from '../../core/bundle/mod.ts'
import { writeAptRepository } from '../../io/apt-repository.ts'
import { buildDeb } from '../../io/build-deb.ts'
import { buildRpm } from '../../io/build-rpm.ts'
import { readBytes, readText } from '../../io/files.ts'
import { writeRpmRepository } from '../../io/rpm-repository.ts'

/** The ports of making packages, on this machine. */
export function makePackagePorts(): PackagePorts {
  return {
    readText,
    readBytes,
    script: (name) => readText(fileURLToPath(new URL(`../../../packaging/patch/${name}.sh`, import.meta.url))),
    compress: compressed,
  }
}

/** As `gzip -9n`: no name, no time. */
export function compressed(text: string): Uint8Array {
  return gzipSync(text, { level: 9 })
}

/** The same, and repositories of packages, which a key of gpg signs. */
export function makeRepositoryPorts({ suite, key }: { readonly suite: string; readonly key: string }): PackagePorts & RepositoryPorts {
  const ports = makePackagePorts()
  return {
    ...ports,
    readPatch: async (path) => (path.endsWith('.kmend') ? unpackBundle(await readBytes(path), path) : readFolder(path, ports)),
    build: async (wanted, { format, folder }, epoch) => {
      const packages = format === 'deb' ? join(folder, 'pool') : join(resolve(folder), 'packages')
      await mkdir(packages, { recursive: true })
      return (format === 'deb' ? buildDeb : buildRpm)(wanted, { folder: packages, epoch, isQuick: false })
    },
    index: ({ format, folder }, epoch) =>
      format === 'deb' ? writeAptRepository({ folder, suite, key }) : writeRpmRepository({ folder, key, epoch }),
  }
}

function unpackBundle(bytes: Uint8Array, file: string): PatchContents {
  const { manifest, files } = readBundle(bytes, { file, digest: (content) => createHash('sha256').update(content).digest('hex') })
  const text = textOf(findFile(files, 'manifest')) ?? ''
  const names = new Set([manifest.module.file, manifest.external?.file])
  return { manifest: text, files: new Map(files.filter(({ name }) => names.has(name)).map(({ name, bytes: content }) => [name, content])) }
}
