import type { KernelPorts } from '../kernel/mod.ts'

/** What was read off a tree that never changes, and is kept in a file: the build and the review share it. */
export async function kept(path: string, read: () => Promise<string>, ports: Pick<KernelPorts, 'files'>): Promise<string> {
  if (await ports.files.exists(path)) return ports.files.readText(path)
  const text = await read()
  await ports.files.write(path, text)
  return text
}
