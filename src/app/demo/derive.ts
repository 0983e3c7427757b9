import { Fault } from '../../core/base/mod.ts'
import { kernelPaths } from '../../core/kernel/mod.ts'
import type { Attempt, DemoSource } from './attempts.ts'
import type { Fixes } from './catalogue.ts'
import type { DemoMeans } from './ports.ts'
import type { Shelf } from './shelf.ts'

interface Means {
  readonly shelf: Shelf
  readonly fixes: Fixes
}

type Known = Extract<Attempt, { kind: 'known' }>
type Own = Extract<Attempt, { kind: 'own' }>

/** The patch of an attempt whose kernel is in the cache; undefined when the sources do not have what we know. */
export async function derivePatch(attempt: Attempt, means: Means, ports: DemoMeans): Promise<string | undefined> {
  const older = `${kernelPaths(ports.home, attempt.kernel.release.release).tree}/${attempt.fix.path}`
  if (!(await ports.files.exists(older))) return undefined
  const diff = attempt.kind === 'known' ? await diffKnown(attempt, older, means, ports) : await diffOwn(attempt, older, ports)
  return diff === undefined ? undefined : `${headerOf(attempt)}\n${diff}`
}

async function diffKnown(attempt: Known, older: string, { shelf, fixes }: Means, ports: DemoMeans): Promise<string | undefined> {
  const folder = await keepSourceFiles(attempt.source, shelf, fixes, ports)
  const diff = await ports.diff(older, `${folder}/${attempt.fix.path}`, attempt.fix.path)
  return isThisFix(diff, attempt.fix.adds) ? diff : undefined
}

async function diffOwn({ kernel, fix }: Own, older: string, ports: DemoMeans): Promise<string | undefined> {
  const parts = (await ports.files.readText(older)).split(fix.find)
  if (parts.length !== 2) return undefined
  const newer = `${ports.home}/demo/sources/own/${kernel.release.release}-${fix.id}.c`
  await ports.files.write(newer, parts.join(fix.replacement))
  return ports.diff(older, newer, fix.path)
}

/** Whether every pattern stands in a line that the difference adds. */
export function isThisFix(diff: string, adds: readonly RegExp[]): boolean {
  const added = diff.split('\n').filter((line) => line.startsWith('+') && !line.startsWith('+++'))
  return adds.every((pattern) => added.some((line) => pattern.test(line)))
}

function headerOf(attempt: Attempt): string {
  const { fix, kernel } = attempt
  const origin =
    attempt.kind === 'known'
      ? `The difference in ${fix.path} between linux-source-${attempt.source.line} ${kernel.version} and ${attempt.source.version}.`
      : 'A change of our own, made for the demo: no fix of the kernel developers.'
  return [fix.title, '', ...(attempt.kind === 'known' && attempt.fix.cve !== undefined ? [attempt.fix.cve, ''] : []), origin, ''].join('\n')
}

/** The files of the catalogue in one newer source, unpacked once and kept. Returns their folder. */
async function keepSourceFiles(source: DemoSource, shelf: Shelf, fixes: Fixes, ports: DemoMeans): Promise<string> {
  const folder = `${ports.home}/demo/sources/${source.line}_${source.version}`
  const paths = [...new Set(fixes.known.filter((fix) => fix.line === source.line).map((fix) => fix.path))]
  const isThere = await Promise.all(paths.map((path) => ports.files.exists(`${folder}/${path}`)))
  if (isThere.every(Boolean)) return folder
  const offered = shelf.packageOf(source)
  if (offered === undefined) {
    throw new Fault('archive/unreachable', `Cannot read linux-source-${source.line} ${source.version}: it is neither kept nor on offer`, {
      in: folder,
      try: 'check the network',
    })
  }
  const deb = (await ports.kernel.archive.fetch([offered])).get(offered.name) ?? ''
  ports.progress(`reading ${paths.length} files of ${offered.name} ${offered.version}`)
  await ports.unpackSourceFiles(deb, paths, `${folder}.part`)
  for (const path of paths) await ports.files.write(`${folder}/${path}`, await ports.files.readBytes(`${folder}.part/${path}`))
  await ports.files.remove(`${folder}.part`)
  return folder
}
