/**
 * Who may import whom. A folder may import itself and what its row names, and a row may name only rows above it: a circle cannot be written.
 * `core` in a row stands for every row above that begins with `core/`.
 */
export interface Layer {
  readonly folder: string
  readonly may: readonly string[]
  /** npm packages; none when absent. */
  readonly npm?: readonly string[]
  /** Whether Node's own modules may be imported. */
  readonly node?: true
  /** Whether others come in by the folder's mod.ts alone. */
  readonly door?: true
}

export const LAYERS: readonly Layer[] = [
  { folder: 'core/base', may: [], door: true },
  { folder: 'core/log', may: ['core/base'], npm: ['@tufjs/canonical-json'], door: true },
  { folder: 'core/elf', may: ['core/base'], door: true },
  { folder: 'core/kernel', may: ['core/base', 'core/elf'], door: true },
  { folder: 'core/cve', may: ['core/base', 'core/kernel'], npm: ['ae-cvss-calculator'], door: true },
  { folder: 'core/vulnerability', may: ['core/base'], door: true },
  { folder: 'core/types', may: ['core/base', 'core/elf', 'core/kernel'], door: true },
  { folder: 'core/c', may: [], door: true },
  { folder: 'core/source', may: ['core/base', 'core/c'], door: true },
  { folder: 'core/arch', may: ['core/base', 'core/elf'], npm: ['iced-x86'], door: true },
  { folder: 'core/diff', may: ['core/base', 'core/elf', 'core/kernel', 'core/types', 'core/source', 'core/arch'], door: true },
  { folder: 'core/runpre', may: ['core/base', 'core/elf', 'core/kernel', 'core/arch', 'core/diff'], door: true },
  { folder: 'core/klp', may: ['core/base', 'core/elf', 'core/kernel', 'core/diff', 'core/runpre'], door: true },
  { folder: 'core/module', may: ['core/base', 'core/elf', 'core/kernel', 'core/arch', 'core/klp', 'core/diff', 'core/runpre'], door: true },
  {
    folder: 'core/bundle',
    may: ['core/base', 'core/kernel', 'core/cve', 'core/source', 'core/klp', 'core/diff', 'core/runpre', 'core/module'],
    door: true,
  },
  { folder: 'core/origin', may: ['core/base', 'core/elf', 'core/kernel', 'core/bundle'], npm: ['packageurl-js'], door: true },
  { folder: 'core/package', may: ['core/base', 'core/kernel', 'core/bundle'], door: true },
  { folder: 'core/trust', may: ['core/base', 'core/kernel', 'core/bundle'], npm: ['@tufjs/canonical-json'], door: true },
  { folder: 'core/update', may: ['core/base', 'core/kernel', 'core/cve', 'core/c', 'core/source'], door: true },
  { folder: 'core/host', may: ['core/base', 'core/kernel', 'core/vulnerability', 'core/bundle', 'core/trust'], door: true },
  {
    folder: 'core/advisory',
    may: ['core/base', 'core/kernel', 'core/cve', 'core/vulnerability', 'core/bundle', 'core/update', 'core/host'],
    door: true,
  },
  { folder: 'core/entry', may: ['core/base', 'core/elf', 'core/kernel'], door: true },
  { folder: 'core/lint', may: ['core/c', 'core/source'], door: true },
  {
    folder: 'io',
    may: ['core'],
    npm: ['@cyclonedx/cyclonedx-library', '@secvisogram/csaf-validator-lib', '@sigstore/core', 'aws4fetch', 'smol-toml', 'tuf-js'],
    node: true,
  },
  { folder: 'app/kernel', may: ['core'], door: true },
  { folder: 'app/vm', may: ['core', 'app/kernel'], door: true },
  { folder: 'app/source', may: ['core', 'app/kernel'], door: true },
  { folder: 'app/lint', may: ['core', 'app/kernel', 'app/source'], door: true },
  { folder: 'app/build', may: ['core', 'app/kernel', 'app/source'], door: true },
  { folder: 'app/update', may: ['core', 'app/kernel', 'app/source', 'app/build'], door: true },
  { folder: 'app/log', may: ['core/base', 'core/log', 'core/trust'], door: true },
  {
    folder: 'app/host',
    may: [
      'core/base',
      'core/log',
      'core/elf',
      'core/kernel',
      'core/bundle',
      'core/trust',
      'core/host',
      'core/entry',
      'core/vulnerability',
      'app/log',
    ],
    door: true,
  },
  { folder: 'app/data', may: ['core'], door: true },
  { folder: 'app/package', may: ['core'], door: true },
  { folder: 'app/prove', may: ['core', 'app/kernel', 'app/vm'], door: true },
  { folder: 'app/bundle', may: ['core/base', 'core/cve', 'core/bundle', 'core/origin', 'core/update', 'core/advisory'], door: true },
  { folder: 'app/rebuild', may: ['core', 'app/kernel', 'app/source', 'app/build', 'app/update', 'app/bundle'], door: true },
  { folder: 'app/advisory', may: ['core/base', 'core/bundle', 'core/vulnerability', 'core/advisory', 'core/update'], door: true },
  { folder: 'app/sign', may: ['core/base', 'core/kernel', 'core/bundle'], door: true },
  { folder: 'app/repo', may: ['core', 'app/log'], door: true },
  { folder: 'app/demo', may: ['core', 'app/kernel', 'app/vm', 'app/build', 'app/prove'], door: true },
  { folder: 'bin', may: ['core', 'io', 'app'], npm: ['commander'], node: true },
]
