import { bytesFromLatin1, latin1FromBytes } from '../base/mod.ts'
import { show } from './damaged.ts'

export const BLOCK_BYTES = 512

/** Fields of a header in their order, and what is in those that are always the same. The numbers are as GNU tar writes them. */
const FIELDS = [
  { name: 'name', size: 100 },
  { name: 'mode', size: 8, always: '0000644\0' },
  { name: 'owner', size: 8, always: '0000000\0' },
  { name: 'group', size: 8, always: '0000000\0' },
  { name: 'size', size: 12 },
  { name: 'time', size: 12, always: '00000000000\0' },
  { name: 'checksum', size: 8 },
  { name: 'type', size: 1, always: '0' },
  { name: 'link target', size: 100, always: '' },
  { name: 'magic', size: 8, always: 'ustar\x0000' },
  { name: "owner's name", size: 32, always: '' },
  { name: "group's name", size: 32, always: '' },
  { name: 'device number', size: 16, always: '0000000\x000000000\0' },
  { name: 'prefix', size: 155, always: '' },
  { name: 'end', size: 12, always: '' },
] as const

const [CHECKSUM_AT, CHECKSUM_BYTES] = [148, 8]

/** POSIX.1-1988 and -2001, and two of GNU tar. */
const TYPES: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a character device',
  '4': 'a block device',
  '5': 'a folder',
  '6': 'a FIFO',
  g: 'an extended header',
  x: 'an extended header',
  L: 'an extended header',
  K: 'an extended header',
}

const PART = /^[A-Za-z0-9_+][A-Za-z0-9._+-]*$/

/** One part, or two with a known folder as the first, so that it leads nowhere else whatever it is put below. */
export function isBundleName(name: string): boolean {
  const parts = name.split('/')
  const isPlaced = parts.length === 1 || (parts.length === 2 && (parts[0] === 'sources' || parts[0] === 'external'))
  return name.length <= 100 && isPlaced && parts.every((part) => PART.test(part))
}

/** For each name and size there is one header. */
export function makeHeader(name: string, sizeBytes: number): Uint8Array {
  const own = new Map([
    ['name', name],
    ['size', `${sizeBytes.toString(8).padStart(11, '0')}\0`],
  ])
  const text = FIELDS.map((field) => (own.get(field.name) ?? ('always' in field ? field.always : '')).padEnd(field.size, '\0'))
  const header = bytesFromLatin1(text.join(''))
  header.set(bytesFromLatin1(checksumOf(header)), CHECKSUM_AT)
  return header
}

export interface TarHeader {
  readonly name: string
  /** Undefined when it cannot be read. */
  readonly sizeBytes: number | undefined
  /** What a bundle's header has otherwise. */
  readonly wrong: readonly string[]
}

export function readHeader(header: Uint8Array): TarHeader {
  const found = fieldsOf(header)
  const name = (found.get('name') ?? '').replace(/\0[^]*/, '')
  const size = found.get('size') ?? ''
  const sizeBytes = /^[0-7]{11}\0$/.test(size) ? Number.parseInt(size, 8) : undefined
  const type = TYPES[found.get('type') ?? '']
  // In a header of something else the rest is otherwise, too, and says nothing more.
  if (type !== undefined) return { name, sizeBytes, wrong: [`it is ${type}, and only files are allowed`] }
  return {
    name,
    sizeBytes,
    wrong: [
      ...(isBundleName(name) ? [] : ['its name is none that a file of a bundle can have']),
      ...(found.get('name') === name.padEnd(100, '\0') ? [] : ['there is something behind the NUL that ends its name']),
      ...(sizeBytes === undefined ? [`its size is ${show(size)}, not 11 octal digits`] : []),
      ...FIELDS.flatMap((field) => ('always' in field ? checkField(field, found.get(field.name) ?? '') : [])),
      ...(found.get('checksum') === checksumOf(header) ? [] : ['the checksum of its header is wrong']),
    ],
  }
}

function checkField(
  { name, size, always }: { readonly name: string; readonly size: number; readonly always: string },
  found: string,
): string[] {
  return found === always.padEnd(size, '\0') ? [] : [`its ${name} is ${show(found)}, not ${show(always)}`]
}

/** The sum of the header's bytes, its own taken as blanks. */
function checksumOf(header: Uint8Array): string {
  let sum = CHECKSUM_BYTES * 0x20
  for (const [at, byte] of header.entries()) if (at < CHECKSUM_AT || at >= CHECKSUM_AT + CHECKSUM_BYTES) sum += byte
  return `${sum.toString(8).padStart(6, '0')}\0 `
}

function fieldsOf(header: Uint8Array): Map<string, string> {
  const found = new Map<string, string>()
  let at = 0
  for (const { name, size } of FIELDS) {
    found.set(name, latin1FromBytes(header.subarray(at, at + size)))
    at += size
  }
  return found
}
