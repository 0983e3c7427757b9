import type { BuildPorts } from './ports.ts'

/** What was read off a tree that never changes, and is kept in a file. */
export async function kept(path: string, read: () => Promise<string>, ports: BuildPorts): Promise<string> {
  if (await ports.files.exists(path)) return ports.files.readText(path)
  const text = await read()
  await ports.files.write(path, text)
  return text
}
