import { expect, test } from 'vitest'
import type { UnitCommand } from '../../core/kernel/mod.ts'
import { unitsThatRead } from './compile-stage.ts'
import type { BuildPorts } from './ports.ts'

/** What the compilation of each unit read, as gcc writes it. */
const RULES: Readonly<Record<string, string>> = {
  'drivers/pci/pcie/aer': 'aer.o: drivers/pci/pcie/aer.c \\\n drivers/pci/pcie/../pci.h',
  'drivers/pci/probe': 'probe.o: drivers/pci/probe.c ./drivers/pci/pci.h',
  'drivers/pci/quirks': 'quirks.o: drivers/pci/quirks.c include/linux/pci.h drivers/pci/pcie/../slot/pci.h',
  'drivers/pci/../video/aperture': 'aperture.o: drivers/pci/../video/aperture.c',
}

const units = Object.keys(RULES).map((stem) => ({ source: `${stem}.c`, output: `${stem}.o` }) as UnitCommand)

const ports = {
  files: { readText: async (path: string) => RULES[path.replace(/^objects\/|\.o\.d$/g, '')] },
} as unknown as BuildPorts

test('a unit that reads a changed header by way of another folder counts, and one that reads a header of its name does not', async () => {
  const found = await unitsThatRead(units, ['drivers/pci/pci.h'], 'objects', new Set(['drivers/video/aperture.c']), ports)
  expect(found.map(({ source }) => source)).toEqual(['drivers/pci/pcie/aer.c', 'drivers/pci/probe.c', 'drivers/pci/../video/aperture.c'])
})
