import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type PackagePorts, type PackageRepository, type ReleasedPatch, type RepositoryPorts, readFolder } from '../../app/package/mod.ts'
import { issuesOf } from '../../core/advisory/mod.ts'
import { findFile, parseAdvisory, parseManifest, readBundle, suggestTitle, textOf } from '../../core/bundle/mod.ts'
import { type AptRepository, writeAptRepository } from '../../io/apt-repository.ts'
import { buildDeb } from '../../io/build-deb.ts'
import { buildRpm } from '../../io/build-rpm.ts'
import { readBytes, readText } from '../../io/files.ts'
import { listNames } from '../../io/folders.ts'
import { keepAdvisory, signRpm, writeRpmRepository } from '../../io/rpm-repository.ts'

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
export function makeRepositoryPorts({ suite, key, validDays }: Omit<AptRepository, 'folder'>): PackagePorts & RepositoryPorts {
  const ports = makePackagePorts()
  return {
    ...ports,
    readPatch: async (path) => (path.endsWith('.kmend') ? unpackBundle(await readBytes(path), path) : readBuilt(path, ports)),
    pool: (repository) => listNames(poolOf(repository)),
    build: async (wanted, repository, epoch) => {
      const folder = poolOf(repository)
      await mkdir(folder, { recursive: true })
      if (repository.format === 'deb') return buildDeb(wanted, { folder, epoch, isQuick: false })
      const path = await buildRpm(wanted, { folder, epoch, isQuick: false })
      await signRpm(path, key)
      return path
    },
    advise: ({ folder }, id, update) => keepAdvisory(folder, id, update),
    index: ({ format, folder }, epoch) =>
      format === 'deb' ? writeAptRepository({ folder, suite, key, validDays }) : writeRpmRepository({ folder, key, epoch }),
  }
}

function poolOf({ format, folder }: PackageRepository): string {
  return format === 'deb' ? join(folder, 'pool') : join(resolve(folder), 'packages')
}

function unpackBundle(bytes: Uint8Array, file: string): ReleasedPatch {
  const { manifest, title, files } = readBundle(bytes, { file, digest: (content) => createHash('sha256').update(content).digest('hex') })
  const { text, cves } = parseAdvisory(textOf(findFile(files, 'advisory')), file)
  const names = new Set([manifest.module.file, manifest.external?.file])
  return {
    manifest: textOf(findFile(files, 'manifest')) ?? '',
    files: new Map(files.filter(({ name }) => names.has(name)).map(({ name, bytes: content }) => [name, content])),
    title,
    text,
    issues: cves.map((cve) => ({ ...cve, title: cve.title ?? '' })),
  }
}

/** A folder has nothing of its own to tell yet: what its manifest names. */
async function readBuilt(folder: string, ports: PackagePorts): Promise<ReleasedPatch> {
  const contents = await readFolder(folder, ports)
  const manifest = parseManifest(contents.manifest, `${folder}/manifest.json`)
  return { ...contents, title: suggestTitle(manifest), text: '', issues: issuesOf(manifest, []) }
}
