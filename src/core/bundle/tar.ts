import { alignUp, concatBytes, invariant } from '../base/mod.ts'
import { type Finding, damagedBundle, show } from './damaged.ts'
import { BLOCK_BYTES, isBundleName, makeHeader, readHeader } from './tar-header.ts'

/** The one form of a tar archive that a bundle has: docs/formats/bundle.md, clause 1. */

export interface TarFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** What comes before all others. */
export const FIRST_FILE = 'bundle.json'

const MAX_FILES = 4096
const MAX_BYTES = 256 * 2 ** 20

/** Its files, as parts of the bytes that are given. Faults: bundle/damaged. */
export function readTar(bytes: Uint8Array, file: string): TarFile[] {
  if (bytes.length > MAX_BYTES)
    throw damagedBundle([{ text: `it has ${bytes.length} bytes, and a bundle has no more than ${MAX_BYTES}` }], file)
  const findings: Finding[] = []
  const files: TarFile[] = []
  let at = 0
  // Whatever leaves open where the next entry begins ends the reading.
  while (!isZero(bytes.subarray(at, at + BLOCK_BYTES))) {
    if (at + BLOCK_BYTES > bytes.length || files.length === MAX_FILES) break
    const { name, sizeBytes, wrong } = readHeader(bytes.subarray(at, at + BLOCK_BYTES))
    const start = at + BLOCK_BYTES
    const end = start + (sizeBytes ?? 0)
    const next = start + alignUp(sizeBytes ?? 0, BLOCK_BYTES)
    const isWhole = next <= bytes.length
    const texts = [
      ...wrong,
      ...checkPlace(name, files.at(-1)?.name),
      ...(isWhole ? [] : [`it has ${sizeBytes} bytes by its header, and the file ends before that`]),
      ...(isWhole && !isZero(bytes.subarray(end, next)) ? ['its last block is not filled with zeros'] : []),
    ]
    findings.push(...texts.map((text) => ({ at, entry: name, text })))
    if (!isWhole || sizeBytes === undefined) throw damagedBundle(findings, file)
    files.push({ name, bytes: bytes.subarray(start, end) })
    at = next
  }
  findings.push(...checkEnd(bytes, at))
  if (findings.length > 0) throw damagedBundle(findings, file)
  return files
}

function checkPlace(name: string, before: string | undefined): string[] {
  if (before === undefined) return name === FIRST_FILE ? [] : [`it comes first, where ${FIRST_FILE} belongs`]
  if (name === before || name === FIRST_FILE) return ['its name stands twice']
  return before === FIRST_FILE || before < name ? [] : [`it comes after ${show(before)}: the names are not in order`]
}

/** Two blocks of zeros, and nothing behind them. */
function checkEnd(bytes: Uint8Array, at: number): Finding[] {
  const end = bytes.subarray(at, at + 2 * BLOCK_BYTES)
  if (!isZero(end.subarray(0, BLOCK_BYTES)))
    return [{ at, text: at + BLOCK_BYTES > bytes.length ? NO_END : `it has more than ${MAX_FILES} files` }]
  if (end.length < 2 * BLOCK_BYTES || !isZero(end)) return [{ at, text: NO_END }]
  const behind = bytes.length - at - end.length
  return behind === 0 ? [] : [{ at: at + end.length, text: `${behind} bytes come after its end` }]
}

const NO_END = 'the two blocks of zeros that end it are not there'

/** The files may come in any order: the same ones give the same bytes. */
export function writeTar(files: readonly TarFile[]): Uint8Array {
  const placeOf = (name: string) => (name === FIRST_FILE ? '' : name)
  const sorted = files.toSorted((a, b) => (placeOf(a.name) < placeOf(b.name) ? -1 : 1))
  const blocks = sorted.flatMap(({ name, bytes }) => {
    invariant(isBundleName(name), `a bundle holds no file called ${name}`)
    return [makeHeader(name, bytes.length), bytes, new Uint8Array(alignUp(bytes.length, BLOCK_BYTES) - bytes.length)]
  })
  return concatBytes([...blocks, new Uint8Array(2 * BLOCK_BYTES)])
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0)
}
