import { posix } from 'node:path'
import type { Layer } from './layers.ts'

/** A source file as the rules see it; `path` is relative to the checkout. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

const STATIC_IMPORT = /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm
const BARE_IMPORT = /^\s*import\s*['"]([^'"]+)['"]/gm
const DYNAMIC_IMPORT = /\bimport\(\s*['"`]([^'"`]+)['"`]/g

/** What a file imports, as written: types, re-exports and dynamic imports included. */
export function importsOf(text: string): readonly string[] {
  return [STATIC_IMPORT, BARE_IMPORT, DYNAMIC_IMPORT].flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''))
}

export function isTest(path: string): boolean {
  return path.endsWith('.test.ts')
}

/** The path, relative to the checkout, that a relative import means. */
export function resolveImport(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier)
}

/** Every file that one leads to, itself included, but for what is there for its types alone. */
export function reachedFrom(entry: string, files: readonly SourceFile[]): readonly string[] {
  const texts = new Map(files.map(({ path, text }) => [path, text]))
  const reached = new Set([entry])
  for (const path of reached) {
    const text = (texts.get(path) ?? '').replaceAll(/^\s*(?:import|export) type\b[^'"`;]*?\bfrom\s*['"][^'"]+['"]/gm, '')
    for (const specifier of importsOf(text)) if (specifier.startsWith('.')) reached.add(resolveImport(path, specifier))
  }
  return [...reached]
}

/** All that is wrong with what a file of src/ imports; empty when it keeps to its layer. Tests may import anything and are imported by nobody. */
export function checkImports(file: SourceFile, layers: readonly Layer[]): readonly string[] {
  if (isTest(file.path)) return []
  const layer = layerOf(file.path, layers)
  if (layer === undefined) return [`${file.path} belongs to no layer: give its folder a row in test/rules/layers.ts`]
  return importsOf(file.text).flatMap((specifier) => {
    const wrong = checkImport(file.path, specifier, { layer, layers })
    return wrong === undefined ? [] : [`${file.path} imports ${specifier}: ${wrong}`]
  })
}

function checkImport(path: string, specifier: string, { layer, layers }: { layer: Layer; layers: readonly Layer[] }): string | undefined {
  if (specifier.startsWith('node:')) return layer.node === true ? undefined : `${layer.folder} may not reach Node`
  if (!specifier.startsWith('.')) {
    const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
    return layer.npm?.includes(name) === true ? undefined : `${layer.folder} may not import the package ${name}`
  }
  const target = resolveImport(path, specifier)
  if (isTest(target) || !target.startsWith('src/')) return 'the product imports nothing but src/'
  const wanted = layerOf(target, layers)
  if (wanted === undefined) return 'it belongs to no layer'
  if (wanted === layer) return undefined
  if (!mayName(layer, wanted)) return `${layer.folder} may not import ${wanted.folder}`
  return wanted.door === true && target !== `src/${wanted.folder}/mod.ts` ? `the only door of ${wanted.folder} is its mod.ts` : undefined
}

function mayName(layer: Layer, wanted: Layer): boolean {
  return layer.may.some((name) => wanted.folder === name || wanted.folder.startsWith(`${name}/`))
}

function layerOf(path: string, layers: readonly Layer[]): Layer | undefined {
  return layers.find(({ folder }) => path.startsWith(`src/${folder}/`))
}

/** Rows that name something which is not above them. */
export function checkLayers(layers: readonly Layer[]): readonly string[] {
  return layers.flatMap(({ folder, may }, index) => {
    const above = layers.slice(0, index).map((layer) => layer.folder)
    const isAbove = (name: string) => above.some((other) => other === name || other.startsWith(`${name}/`))
    const below = layers.slice(index).map((layer) => layer.folder)
    const isBelow = (name: string) => below.some((other) => other === name || other.startsWith(`${name}/`))
    return may.filter((name) => !isAbove(name) || isBelow(name)).map((name) => `${folder} names ${name}, which is not above it`)
  })
}

/** Every circle of imports among the files, each once, as the files in order. */
export function findCircles(files: readonly SourceFile[]): readonly string[] {
  const texts = new Map(files.map((file) => [file.path, file.text]))
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
    if (trail.includes(path) || done.has(path)) return
    for (const specifier of importsOf(texts.get(path) ?? '')) {
      if (specifier.startsWith('.')) visit(resolveImport(path, specifier), [...trail, path])
    }
    done.add(path)
  }
  for (const file of files) visit(file.path, [])
  return circles
}
