/** What a benchmark takes, in words. */
interface Usage {
  /** Behind its name. */
  readonly words: string
  readonly about: string
  /** Each argument or option, and what it is. */
  readonly takes: readonly (readonly [string, string])[]
  /** Behind its name, each. */
  readonly examples: readonly string[]
}

const RELEASE = 'a kernel of the cache (default: the newest that live patches can be built for)'

/** By its name: apart from the benchmarks, which take seconds to read in. */
const USAGES: Readonly<Record<string, Usage>> = {
  build: {
    words: '[release] [--to <source version>]',
    about: 'Builds of one file and of ten, and with --to of a whole update, each stage by stage, cold and warm.',
    takes: [
      ['release', RELEASE],
      ['--to <source version>', 'measure the whole update to this source, too, which takes long'],
    ],
    examples: ['', '6.1.0-56-cloud-amd64', '6.1.0-54-cloud-amd64 --to 6.1.192-2'],
  },
  diff: {
    words: '[release] [units]',
    about: 'The object diff alone, on pairs of real units: CPU time per pair, and how time and memory grow with the size of an object.',
    takes: [
      ['release', RELEASE],
      ['units', 'how many units are compared, and compiled on the first run (default: 120)'],
    ],
    examples: ['', '6.1.0-56-cloud-amd64 40'],
  },
  host: {
    words: '[release]',
    about:
      'Runs of the packaged host tool, here and in a Debian in QEMU: time, memory, bytes read; and what a live patch costs that Debian.\nNeeds root.',
    takes: [['release', 'a kernel of the cache (default: the one that the tests share, whose Debian is there already)']],
    examples: ['', '6.1.0-56-cloud-amd64'],
  },
  lint: {
    words: '[count] [seed] [rule]',
    about:
      'The review of every file of the corpora in the cache (./dev corpus make): how often each rule speaks, and how long a review takes.',
    takes: [
      ['count', 'draw so many findings, to be read by hand (default: 0)'],
      ['seed', 'what they are drawn by (default: 1)'],
      ['rule', 'draw findings of this rule alone'],
    ],
    examples: ['', '30 11', '10 1 struct-layout'],
  },
  repo: {
    words: '[bundles...]',
    about: 'Repositories with so many bundles each: what publishing writes, what hosts fetch, and how long both take.',
    takes: [['bundles', 'how many, for each repository (default: 10, 1000 and 20000)']],
    examples: ['', '10 1000'],
  },
}

/** The help of a benchmark. Undefined when it has none. */
export function formatUsage(name: string): string | undefined {
  const usage = USAGES[name]
  if (usage === undefined) return undefined
  const { words, about, takes, examples } = usage
  const rows = [...takes, ['-h, --help', 'this'] as const]
  const width = Math.max(...rows.map(([word]) => word.length))
  return [
    `Usage: ./dev bench ${name} ${words}`,
    '',
    about,
    '',
    'Arguments and options:',
    ...rows.map(([word, what]) => `  ${word.padEnd(width)}  ${what}`),
    '',
    'Examples:',
    ...examples.map((example) => `  ./dev bench ${name} ${example}`.trimEnd()),
    '',
  ].join('\n')
}
