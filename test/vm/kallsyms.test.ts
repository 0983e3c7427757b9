import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readElf } from '../../src/core/elf/mod.ts'
import { type KernelSymbol, readKallsyms } from '../../src/core/kernel/mod.ts'
import { bootQemu } from '../../src/io/qemu.ts'
import { realKernel } from '../kit/real-kernel.ts'

/** Lines that a digest stands for: small enough to find a difference, large enough to ask the guest for few. */
const BLOCK = 5000

/** As the kernel prints it: s_show() of kernel/kallsyms.c. */
function formatSymbol({ name, address, type }: KernelSymbol): string {
  return `${address.toString(16).padStart(16, '0')} ${type} ${name}\n`
}

function digests(lines: readonly string[]): string[] {
  const starts = Array.from({ length: Math.ceil(lines.length / BLOCK) }, (_, i) => i * BLOCK)
  return starts.map((start) =>
    createHash('sha256')
      .update(lines.slice(start, start + BLOCK).join(''))
      .digest('hex'),
  )
}

test('the symbols decoded from the image are those that the booted kernel prints, in its order', async () => {
  const { paths } = await realKernel()
  const symbols = readKallsyms(readElf(readFileSync(paths.vmlinux), paths.vmlinux))
  const vm = await bootQemu({ vmlinuz: paths.vmlinuz, files: new Map(), commandLine: ['nokaslr'], memoryMb: 512 })
  try {
    // Symbols of modules and of code made at run time have their owner in brackets.
    const script = `cd /tmp && grep -v '\\[' /proc/kallsyms >all && wc -l <all && awk '{ print > sprintf("part.%03d", (NR - 1) / ${BLOCK}) }' all && sha256sum part.*`
    const { code, stdout, stderr } = await vm.run(script, { timeoutMs: 120_000 })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const [count = '', ...sums] = stdout.trim().split('\n')
    expect(Number(count)).toBe(symbols.length)
    expect(sums.map((line) => line.split(' ')[0])).toEqual(digests(symbols.map(formatSymbol)))
  } finally {
    await vm.stop()
  }
})
