import { describe, expect, test } from 'vitest'
import { Fault } from '../../core/base/mod.ts'
import { bootFastest } from './accelerator.ts'
import type { Vm, VmPorts, VmSpec } from './ports.ts'

const SPEC = { vmlinuz: '/vmlinuz', files: new Map<string, Uint8Array>(), commandLine: [], memoryMb: 512 }

/** A machine whose hardware works or hangs, and whose cache remembers. */
function makeMachine(hardware: 'works' | 'hangs', name = 'this machine') {
  const marks = new Map<string, string>()
  const boots: VmSpec['accelerator'][] = []
  const files = {
    exists: async (path: string) => marks.has(path),
    readText: async (path: string) => marks.get(path) ?? '',
    write: async (path: string, text: string) => void marks.set(path, text),
    remove: async (path: string) => void marks.delete(path),
  }
  const boot = async ({ accelerator }: VmSpec) => {
    boots.push(accelerator)
    if (accelerator === 'hardware' && hardware === 'hangs') throw new Fault('vm/boot', 'Cannot boot the kernel: no answer')
    return {} as Vm
  }
  return { boots, marks, ports: { home: '/cache', files, boot, machine: () => name, progress: () => {} } as unknown as VmPorts }
}

describe('a virtual machine', () => {
  test('runs in software unless hardware was tried', async () => {
    const { boots, ports } = makeMachine('works')
    await bootFastest(SPEC, false, ports)
    expect(boots).toEqual(['software'])
  })

  test('runs in hardware from the trial on that works', async () => {
    const { boots, ports } = makeMachine('works')
    await bootFastest(SPEC, true, ports)
    await bootFastest(SPEC, false, ports)
    expect(boots).toEqual(['hardware', 'hardware'])
  })

  test('runs in software after a trial that hangs, and from then on', async () => {
    const { boots, ports } = makeMachine('hangs')
    await bootFastest(SPEC, true, ports)
    await bootFastest(SPEC, false, ports)
    expect(boots).toEqual(['hardware', 'software', 'software'])
  })

  test('forgets the proof when hardware fails later, or when the proof is of another machine', async () => {
    const { boots, marks, ports } = makeMachine('hangs')
    marks.set('/cache/hardware-virtualisation', 'this machine\n')
    await bootFastest(SPEC, false, ports)
    expect([boots, marks.size]).toEqual([['hardware', 'software'], 0])
    const other = makeMachine('works')
    other.marks.set('/cache/hardware-virtualisation', 'another machine\n')
    await bootFastest(SPEC, false, other.ports)
    expect(other.boots).toEqual(['software'])
  })
})
