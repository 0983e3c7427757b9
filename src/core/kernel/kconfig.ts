/** A kernel's .config: what is set, by name without `CONFIG_`. An option that is not set is not in the map. */
export type Kconfig = ReadonlyMap<string, string>

/** Strings lose their quotes; `y`, `m`, numbers stay as written. */
export function parseKconfig(text: string): Kconfig {
  const options = new Map<string, string>()
  for (const [, name = '', value = ''] of text.matchAll(/^CONFIG_(\w+)=(.*)$/gm)) {
    options.set(name, value.startsWith('"') ? value.slice(1, -1).replace(/\\(["\\])/g, '$1') : value)
  }
  return options
}

export function isBuiltIn(config: Kconfig, name: string): boolean {
  return config.get(name) === 'y'
}
