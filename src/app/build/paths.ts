/** Where the parts of a build lie, the stages of its work each in a folder of their own. */
export interface BuildPaths {
  readonly module: string
  readonly manifest: string
  readonly recipe: string
  readonly times: string
  readonly work: string
  /** There while a process builds. */
  readonly lock: string
  /** The patched source. */
  readonly tree: string
  /** Objects of the original and of the patched source. */
  readonly originals: string
  readonly patched: string
}

export function buildPaths({ output, name }: { readonly output: string; readonly name: string }): BuildPaths {
  const work = `${output}/work`
  return {
    module: `${output}/${name}.ko`,
    manifest: `${output}/manifest.json`,
    recipe: `${output}/recipe.json`,
    times: `${output}/times.json`,
    work,
    lock: `${work}/lock`,
    tree: `${work}/1-source/tree`,
    originals: `${work}/2-original`,
    patched: `${work}/3-patched`,
  }
}
