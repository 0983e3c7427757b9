import { expect, test } from 'vitest'
import { kernelPaths } from '../../core/kernel/mod.ts'
import type { KernelPorts } from './ports.ts'
import { makeStages } from './stages.ts'

/** Files that are a map, and nothing else. */
function makeWorld(files = new Map<string, string>()) {
  const ports = {
    progress: () => {},
    files: {
      exists: (path: string) => Promise.resolve(files.has(path)),
      readText: (path: string) => Promise.resolve(files.get(path) ?? ''),
      write: (path: string, content: string) => Promise.resolve(void files.set(path, content)),
      remove: (path: string) => Promise.resolve(void files.delete(path)),
    },
  } as unknown as KernelPorts
  return { files, ports }
}

async function run(
  names: readonly string[],
  world: ReturnType<typeof makeWorld>,
  options: { readonly version?: string; readonly failAt?: string } = {},
): Promise<string[]> {
  const done: string[] = []
  const stage = makeStages(kernelPaths('/cache', '6.1.0-1-amd64'), options.version ?? '6.1.1-1', world.ports)
  for (const name of names) {
    await stage(name, name, () => {
      if (name === options.failAt) return Promise.reject(new Error('interrupted'))
      done.push(name)
      return Promise.resolve()
    })
  }
  return done
}

test('a second run resumes after the last stage that ended', async () => {
  const world = makeWorld()
  await expect(run(['1', '2', '3'], world, { failAt: '2' })).rejects.toThrow('interrupted')
  expect(await run(['1', '2', '3'], world)).toEqual(['2', '3'])
  expect(await run(['1', '2', '3'], world)).toEqual([])
})

test('a stage whose predecessor was done again is done again', async () => {
  const world = makeWorld()
  await run(['1', '2', '3'], world)
  world.files.delete([...world.files.keys()][1] ?? '')
  expect(await run(['1', '2', '3'], world)).toEqual(['2', '3'])
})

test('marks of another package version count for nothing', async () => {
  const world = makeWorld()
  await run(['1', '2'], world)
  expect(await run(['1', '2'], world, { version: '6.1.2-1' })).toEqual(['1', '2'])
})
