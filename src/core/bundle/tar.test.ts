import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, expect, test } from 'vitest'
import { sha256 } from '../../../test/kit/bundle-specimen.ts'
import { readTar, writeTar } from './tar.ts'

const FILES = [
  { name: 'bundle.json', bytes: Buffer.from('{}\n') },
  { name: 'a.ko', bytes: Buffer.alloc(1024, 7) },
  { name: 'sources/a.patch', bytes: Buffer.alloc(0) },
]

/** Three headers: at 0, 1024 and 2560. */
const archive = () => writeTar(FILES)

test('an archive is the one that GNU tar makes', () => {
  const folder = mkdtempSync(`${tmpdir()}/kmend-tar-`)
  try {
    mkdirSync(`${folder}/sources`)
    for (const { name, bytes } of FILES) writeFileSync(`${folder}/${name}`, bytes, { mode: 0o600 })
    const plain = ['--format=ustar', '--owner=:0', '--group=:0', '--mode=0644', '--mtime=@0', '--blocking-factor=1']
    const made = execFileSync('tar', [...plain, '--numeric-owner', '-c', ...FILES.map(({ name }) => name)], { cwd: folder })
    expect(sha256(archive())).toBe(sha256(made))
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('an archive gives back what was put in', () => {
  expect(readTar(archive(), 'x.kmend').map(({ name, bytes }) => ({ name, bytes: Buffer.from(bytes) }))).toEqual(FILES)
})

/** Writes a field of a header, and the checksum that makes the header whole again. */
function change(header: number, at: number, text: string): Uint8Array {
  const bytes = archive()
  bytes.set(Buffer.from(text, 'latin1'), header + at)
  return seal(bytes, header)
}

function seal(bytes: Uint8Array, header: number): Uint8Array {
  bytes.fill(0x20, header + 148, header + 156)
  const sum = bytes.subarray(header, header + 512).reduce((total, byte) => total + byte, 0)
  bytes.set(Buffer.from(`${sum.toString(8).padStart(6, '0')}\0 `), header + 148)
  return bytes
}

const NAME = 0
const SIZE = 124
const TYPE = 156
const KO = 'offset 0x400, entry "a.ko"'

const HOSTILE: readonly [what: string, bytes: () => Uint8Array, said: string, place: string][] = [
  ['is empty', () => new Uint8Array(0), 'the two blocks of zeros that end it are not there', 'offset 0x0'],
  ['is text', () => Buffer.from('no archive'), 'the two blocks of zeros that end it are not there', 'offset 0x0'],
  ['is cut in a header', () => archive().subarray(0, 1100), 'the two blocks of zeros that end it are not there', 'offset 0x400'],
  ['is cut in a file', () => archive().subarray(0, 2048), 'it has 1024 bytes by its header, and the file ends before that', KO],
  ['lacks its last block', () => archive().subarray(0, -512), 'the two blocks of zeros that end it are not there', 'offset 0xc00'],
  ['goes on behind its end', () => Buffer.concat([archive(), Buffer.from('more')]), '4 bytes come after its end', 'offset 0x1000'],
  ['goes on behind its end with zeros', () => Buffer.concat([archive(), Buffer.alloc(9)]), '9 bytes come after its end', 'offset 0x1000'],
  ['is too large', () => new Uint8Array(256 * 2 ** 20 + 1), 'it has 268435457 bytes, and a bundle has no more than 268435456', ''],
  [
    'has too many files',
    () =>
      writeTar(Array.from({ length: 4097 }, (_, at) => ({ name: at === 0 ? 'bundle.json' : `f${10_000 + at}`, bytes: new Uint8Array(0) }))),
    'it has more than 4096 files',
    'offset 0x200000',
  ],
  ['has a wrong checksum', () => archive().fill(0x37, 1024 + 148, 1024 + 149), 'the checksum of its header is wrong', KO],
  [
    'has a size beyond its end',
    () => change(1024, SIZE, '77777777777'),
    'it has 8589934591 bytes by its header, and the file ends before that',
    KO,
  ],
  [
    'has a size in base 256',
    () => change(1024, SIZE, '\x80\0\0\0\0\0\0\0\0\0\x04\0'),
    'its size is "\\u0080\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0004", not 11 octal digits',
    KO,
  ],
  ['has a size with blanks', () => change(1024, SIZE, '      2000 \0'), 'its size is "      2000 ", not 11 octal digits', KO],
  ['has a size with a sign', () => change(1024, SIZE, '-0000002000\0'), 'its size is "-0000002000", not 11 octal digits', KO],
  ['has a size without its NUL', () => change(1024, SIZE, '000000020000'), 'its size is "000000020000", not 11 octal digits', KO],
  ['has a hard link', () => change(1024, TYPE, '1'), 'it is a hard link, and only files are allowed', KO],
  ['has a symbolic link', () => change(1024, TYPE, '2'), 'it is a symbolic link, and only files are allowed', KO],
  ['has a character device', () => change(1024, TYPE, '3'), 'it is a character device, and only files are allowed', KO],
  ['has a block device', () => change(1024, TYPE, '4'), 'it is a block device, and only files are allowed', KO],
  ['has a folder', () => change(1024, TYPE, '5'), 'it is a folder, and only files are allowed', KO],
  ['has a FIFO', () => change(1024, TYPE, '6'), 'it is a FIFO, and only files are allowed', KO],
  ['has an extended header of pax', () => change(1024, TYPE, 'x'), 'it is an extended header, and only files are allowed', KO],
  ['has a global header of pax', () => change(1024, TYPE, 'g'), 'it is an extended header, and only files are allowed', KO],
  ['has a long name of GNU', () => change(1024, TYPE, 'L'), 'it is an extended header, and only files are allowed', KO],
  ['has a file of no known type', () => change(1024, TYPE, 'Z'), 'its type is "Z", not "0"', KO],
  ['has a file of the older type', () => change(1024, TYPE, '\0'), 'its type is "", not "0"', KO],
  [
    'leads up',
    () => change(2560, NAME, 'sources/../../x\0'),
    'its name is none that a file of a bundle can have',
    'offset 0xa00, entry "sources/../../x"',
  ],
  [
    'leads to the root',
    () => change(1024, NAME, '/etc\0'),
    'its name is none that a file of a bundle can have',
    'offset 0x400, entry "/etc"',
  ],
  [
    'has a hidden file',
    () => change(1024, NAME, '.a\0\0'),
    'its name is none that a file of a bundle can have',
    'offset 0x400, entry ".a"',
  ],
  [
    'has a name that is an option',
    () => change(1024, NAME, '-a.o'),
    'its name is none that a file of a bundle can have',
    'offset 0x400, entry "-a.o"',
  ],
  [
    'has a name that a terminal obeys',
    () => change(1024, NAME, 'a\x1b[m'),
    'its name is none that a file of a bundle can have',
    'offset 0x400, entry "a\\u001b[m"',
  ],
  [
    'has a file in another folder',
    () => change(1024, NAME, 'a/ko'),
    'its name is none that a file of a bundle can have',
    'offset 0x400, entry "a/ko"',
  ],
  [
    'has a name with a NUL in it',
    () => change(1024, NAME, 'a\0ko'),
    'there is something behind the NUL that ends its name',
    'offset 0x400, entry "a"',
  ],
  ['has a name by prefix', () => change(1024, 345, 'deep'), 'its prefix is "deep", not ""', KO],
  ['has an owner', () => change(1024, 265, 'root'), 'its owner\'s name is "root", not ""', KO],
  ['has a time', () => change(1024, 136, '14000000000'), 'its time is "14000000000", not "00000000000"', KO],
  ['has another mode', () => change(1024, 100, '0004755'), 'its mode is "0004755", not "0000644"', KO],
  ['is of GNU tar', () => change(1024, 257, 'ustar  \0'), 'its magic is "ustar  ", not "ustar\\u000000"', KO],
  [
    'has a name twice',
    () => writeTar([...FILES, { name: 'a.ko', bytes: new Uint8Array(0) }]),
    'its name stands twice',
    'offset 0xa00, entry "a.ko"',
  ],
  [
    'is not in order',
    () => change(1024, NAME, 'z.ko'),
    'it comes after "z.ko": the names are not in order',
    'offset 0xa00, entry "sources/a.patch"',
  ],
  ['begins with another file', () => writeTar(FILES.slice(1)), 'it comes first, where bundle.json belongs', 'offset 0x0, entry "a.ko"'],
  [
    'hides bytes behind a file',
    () => archive().fill(1, 600, 601),
    'its last block is not filled with zeros',
    'offset 0x0, entry "bundle.json"',
  ],
]

describe('no archive of a bundle is what', () => {
  test.each(HOSTILE)('%s', (_, make, said, place) => {
    const fault = expect.objectContaining({
      code: 'bundle/damaged',
      message: `Cannot read this bundle: ${said}`,
      in: place === '' ? 'x.kmend' : `x.kmend, ${place}`,
    }) as Error
    expect(() => readTar(make(), 'x.kmend')).toThrow(fault)
  })

  test('is wrong in several places: all are said', () => {
    const bytes = seal(change(1024, TYPE, '2').fill(0x37, 2560 + 100, 2560 + 102), 2560)
    expect(() => readTar(bytes, 'x.kmend')).toThrow(
      `Cannot read this bundle: 2 things are wrong in it
  - offset 0x400, entry "a.ko": it is a symbolic link, and only files are allowed
  - offset 0xa00, entry "sources/a.patch": its mode is "7700644", not "0000644"`,
    )
  })
})
