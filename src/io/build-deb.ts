import { createHash } from 'node:crypto'
import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MAINTAINER, type Package, type PackageFile, type PackageTree } from '../core/package/mod.ts'
import { execOk } from './exec.ts'
import { stageTree } from './staged-tree.ts'

export interface PackageOptions {
  readonly folder: string
  /** Seconds since 1970: the only time in the package. */
  readonly epoch: number
  /** Compress fast, not small. */
  readonly isQuick: boolean
}

/** Returns the path of the package. The same input gives the same bytes. */
export async function buildDeb(wanted: Package, { folder, epoch, isQuick }: PackageOptions): Promise<string> {
  const path = join(folder, `${wanted.name}_${wanted.version}_amd64.deb`)
  const stage = join(folder, `.${wanted.name}.stage`)
  const control: PackageFile[] = [
    { path: '/DEBIAN/control', content: formatControl(wanted, await installedKb(wanted.tree)) },
    { path: '/DEBIAN/md5sums', content: await formatSums(wanted.tree) },
    ...Object.entries(wanted.scripts).map(([name, content]) => ({ path: `/DEBIAN/${name}`, content, mode: 0o755 })),
    ...conffiles(wanted.tree),
  ]
  try {
    await stageTree({ ...wanted.tree, files: [...wanted.tree.files, ...control] }, stage, epoch)
    // xz in one thread would take a minute; its blocks are the same with any number of threads.
    const compression = isQuick ? ['-Zzstd', '-z1'] : ['-Zxz']
    await execOk('dpkg-deb', ['--root-owner-group', ...compression, '--build', stage, path], {
      env: { SOURCE_DATE_EPOCH: String(epoch) },
      package: 'dpkg',
    })
  } finally {
    await rm(stage, { recursive: true, force: true })
  }
  return path
}

export function formatControl({ name, version, summary, description, depends, recommends = [] }: Package, installedKbs: number): string {
  const lines = [
    `Package: ${name}`,
    `Version: ${version}`,
    'Section: admin',
    'Priority: optional',
    'Architecture: amd64',
    `Maintainer: ${MAINTAINER}`,
    `Installed-Size: ${installedKbs}`,
    `Depends: ${depends.join(', ')}`,
    ...(recommends.length === 0 ? [] : [`Recommends: ${recommends.join(', ')}`]),
    `Description: ${summary}`,
    description.map((paragraph) => ` ${wrap(paragraph, 78).join('\n ')}`).join('\n .\n'),
  ]
  return `${lines.join('\n')}\n`
}

/** Lines of at most so many characters. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

function conffiles({ files }: PackageTree): PackageFile[] {
  const paths = files.filter(({ isConfig }) => isConfig === true).map(({ path }) => path)
  return paths.length === 0 ? [] : [{ path: '/DEBIAN/conffiles', content: `${paths.join('\n')}\n` }]
}

/** What dpkg compares installed files with; configuration is compared otherwise. */
async function formatSums({ files }: PackageTree): Promise<string> {
  const lines: string[] = []
  for (const file of files) {
    if (file.isConfig === true) continue
    const bytes = await contentOf(file)
    lines.push(`${createHash('md5').update(bytes).digest('hex')}  ${file.path.slice(1)}\n`)
  }
  return lines.join('')
}

async function contentOf({ content }: PackageFile): Promise<string | Uint8Array> {
  return typeof content === 'object' && 'from' in content ? readFile(content.from) : content
}

/** As dpkg-gencontrol counts: files in whole KiB, and one for each folder. */
async function installedKb({ files, folders }: PackageTree): Promise<number> {
  let sum = folders.length
  for (const { content } of files) {
    const sizeBytes = typeof content === 'object' && 'from' in content ? (await stat(content.from)).size : Buffer.byteLength(content)
    sum += Math.ceil(sizeBytes / 1024)
  }
  return sum
}
