import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { elf, readElf, readRelocations } from '../../src/core/elf/mod.ts'
import { fuzz } from '../kit/fuzz.ts'

/** A small object with what matters: several sections, relocations of several types, strings, statics. */
const SOURCE = `
static int count; static const char *const names[] = { "one", "two" };
extern int printf(const char *, ...);
static int twice(int x) { static int calls; calls++; return 2 * x; }
int main(int argc, char **argv) { count += twice(argc); return printf("%s %d\\n", names[argc & 1], count); }
`

function compile(): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'kmend-fuzz-'))
  try {
    writeFileSync(join(folder, 'unit.c'), SOURCE)
    execFileSync('gcc-12', ['-c', '-O2', '-ffunction-sections', '-fdata-sections', 'unit.c'], { cwd: folder })
    return readFileSync(join(folder, 'unit.o'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function readAll(bytes: Uint8Array): number {
  const file = readElf(bytes, 'damaged.o')
  return file.sections.filter((section) => section.type === elf.SHT.RELA).flatMap((section) => readRelocations(file, section)).length
}

test('a damaged ELF file ends in a fault, or is read', () => {
  const object = compile()
  expect(readAll(object)).toBeGreaterThan(5)
  fuzz(object, readAll)
})
