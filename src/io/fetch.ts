import { mkdir, open, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault, concatBytes } from '../core/base/mod.ts'
import { hasDigest } from './digest.ts'
import { BUNDLE_PACE, METADATA_PACE, type OpenOptions } from './fetch-limits.ts'
import { fileFault } from './files.ts'
import { openUrl } from './open-url.ts'

export type FetchedBytes =
  | { readonly kind: 'body'; readonly bytes: Uint8Array; readonly tag: string | undefined }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'missing' }

/** A small file as a whole. Faults: those of `openUrl`. */
export async function fetchBytes(url: URL, options: Omit<OpenOptions, 'pace' | 'fromByte'>): Promise<FetchedBytes> {
  const opened = await openUrl(url, { pace: METADATA_PACE, ...options })
  if (opened.kind !== 'body') return opened
  const chunks: Uint8Array[] = []
  for await (const chunk of opened.chunks) chunks.push(chunk)
  return { kind: 'body', bytes: concatBytes(chunks), tag: opened.tag }
}

export interface ExpectedFile {
  readonly sizeBytes: number
  readonly sha256: string
}

/**
 * Brings a large file to a path, where it is only once it is whole and the one that is expected. What an interrupted run has fetched is not fetched again.
 * Faults: those of `openUrl`; trust/length, trust/digest, io/no-space, io/failed.
 */
export async function fetchFile(url: URL, path: string, expected: ExpectedFile & Pick<OpenOptions, 'proxy' | 'deadline'>): Promise<void> {
  await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
    throw fileFault('write', path, error)
  })
  const here = await sizeOf(path)
  if (here > 0 && (await isExpected(path, expected))) return
  // As long as the whole, and another: nothing of it is of use.
  const fromByte = here < expected.sizeBytes ? here : 0
  const { sizeBytes: maxBytes, proxy, deadline } = expected
  const opened = await openUrl(url, { maxBytes, pace: BUNDLE_PACE, proxy, deadline, fromByte })
  if (opened.kind !== 'body')
    throw new Fault('fetch/unreachable', `Cannot fetch ${url.href}: the repository names it, and does not have it`, {
      in: url.href,
      try: 'try again later: the repository may be changing just now; else tell the publisher',
    })
  await store(opened.chunks, path, opened.fromByte)
  if (await isExpected(path, expected)) return
  const sizeBytes = await sizeOf(path)
  await rm(path, { force: true })
  const isShort = sizeBytes !== expected.sizeBytes
  throw new Fault(
    isShort ? 'trust/length' : 'trust/digest',
    isShort
      ? `Cannot use ${url.href}: it has ${sizeBytes} bytes, and its metadata says ${expected.sizeBytes}`
      : `Cannot use ${url.href}: it is not the file that its metadata names`,
    { in: `SHA-256 ${expected.sha256}`, try: 'try again later; when it stays so, tell the publisher: the file was changed or damaged' },
  )
}

/** Behind what is there, where that is not brought again. */
async function store(chunks: AsyncIterable<Uint8Array>, path: string, fromByte: number): Promise<void> {
  const file = await open(path, fromByte === 0 ? 'w' : 'a').catch((error: unknown) => {
    throw fileFault('write', path, error)
  })
  try {
    // A disk that fills takes a part of what it is given, and says nothing before it is given the rest.
    for await (const chunk of chunks) await file.appendFile(chunk)
    await file.sync()
  } catch (error) {
    throw error instanceof Fault ? error : fileFault('write', path, error)
  } finally {
    await file.close()
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}

async function isExpected(path: string, { sizeBytes, sha256 }: ExpectedFile): Promise<boolean> {
  return (await sizeOf(path)) === sizeBytes && hasDigest(path, sha256)
}
