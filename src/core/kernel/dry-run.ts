/**
 * What `make -n` of kbuild prints: the recipes it would run, in an order in which they can run.
 * Each starts with `set -e;  echo '  KIND    target';` (scripts/Kbuild.include, the `cmd` macro), then come traps that remove a half-written target.
 */
export interface Recipe {
  /** The short word that kbuild shows: `CC`, `LD`, `HOSTCC`, `GEN`, …; `MOD` for the list of a module's objects, which kbuild writes silently. */
  readonly kind: string
  readonly isModule: boolean
  /** The file it writes; the first where it writes several. */
  readonly target: string
  /** The line as printed, for a shell. */
  readonly line: string
}

const SHOWN = /^set -e; *echo '  ([A-Z0-9.]+)( \[M\])? +([^ ']+)[^']*';/
const CHECKED_FILE = /^set -e; mkdir -p .* echo '  UPD +([^ ']+)';/
const OBJECT_LIST = /^set -e; .*? > ([^ ';]+\.mod); printf /

export function parseDryRun(text: string): Recipe[] {
  const recipes: Recipe[] = []
  for (let start = 0; start < text.length;) {
    const found = text.indexOf('\n', start)
    const end = found < 0 ? text.length : found
    const recipe = text.startsWith('set -e;', start) ? parseRecipe(text.slice(start, end)) : undefined
    if (recipe !== undefined) recipes.push(recipe)
    start = end + 1
  }
  return recipes
}

function parseRecipe(line: string): Recipe | undefined {
  const shown = SHOWN.exec(line)
  if (shown !== null) return { kind: shown[1] ?? '', isModule: shown[2] !== undefined, target: firstOf(shown[3] ?? ''), line }
  const checked = CHECKED_FILE.exec(line)
  if (checked !== null) return { kind: 'UPD', isModule: false, target: checked[1] ?? '', line }
  const list = OBJECT_LIST.exec(line)
  if (list !== null) return { kind: 'MOD', isModule: true, target: list[1] ?? '', line }
  return undefined
}

/** kbuild shows a pair of files as `x.asn1.[ch]`. */
function firstOf(target: string): string {
  return target.replace(/\[(\w)\w\]$/, '$1')
}

/** The commands of a recipe, without kbuild's display, traps and bookkeeping. */
export function commandText(recipe: Recipe): string {
  const trapped = recipe.line.lastIndexOf("kill -s PIPE $$' PIPE;")
  const start = trapped >= 0 ? trapped + "kill -s PIPE $$' PIPE;".length : recipe.line.indexOf("';") + 2
  const body = recipe.line.slice(start)
  const end = body.search(/; (?:scripts\/basic\/fixdep |printf '%s\\n' '(?:saved)?cmd_)/)
  return (end < 0 ? body : body.slice(0, end)).trim()
}

/** Recipes that write sources and headers which no package ships, and the small programs that write them. */
export function generatingRecipes(recipes: readonly Recipe[]): Recipe[] {
  return recipes.filter(({ kind, target }) => {
    if (NOT_FOR_UNITS.test(target)) return false
    if (kind === 'HOSTCC' || kind === 'HOSTLD') return !target.endsWith('.o')
    if (target.startsWith('scripts/')) return false
    return kind === 'CC' ? target.endsWith('.s') : /\.[ch]$/.test(target)
  })
}

/** Parts of the image that are programs of their own: live patching does not reach them. */
const NOT_FOR_UNITS = /\/(?:vdso|realmode|boot|purgatory)\/|^arch\/x86\/tools\//
