import { expect, test } from 'vitest'
import type { UnitCommand } from '../../core/kernel/mod.ts'
import type { Atom } from '../../core/update/mod.ts'
import type { SourceFile } from './difference.ts'
import { chooseScouts } from './scouts.ts'

test('few units are chosen, and each changed header is seen by one of them', () => {
  const units = ['net/a.c', 'net/b.c', 'fs/c.c'].map((source) => ({ output: source.replace(/c$/, 'o'), source }) as unknown as UnitCommand)
  const files = [header('sock.h', 's'), header('inet.h', 'i'), header('fs.h', 'f'), header('net/a.c', 'own')]
  const unitsOf = new Map([
    ['s', new Set(['net/a.c', 'net/b.c'])],
    ['i', new Set(['net/b.c'])],
    ['f', new Set(['fs/c.c'])],
    ['own', new Set(['net/a.c'])],
  ])
  expect(chooseScouts({ files, units, unitsOf }).map(({ output }) => output)).toEqual(['net/b.o', 'fs/c.o'])
})

function header(path: string, id: string): SourceFile {
  return { path, atoms: [{ id, isCode: true } as Atom] } as unknown as SourceFile
}
