import { Fault, type FaultCode } from '../core/base/mod.ts'

/** The piece of metadata that was looked at last. */
export interface LookedAt {
  readonly file: string
  /** Where it came from. */
  readonly url: string
  readonly version: number | undefined
  /** Of each role that was fetched in this run. */
  readonly expires: ReadonlyMap<string, string>
}

interface Reason {
  readonly pattern: RegExp
  readonly code: FaultCode
  readonly finding: (match: RegExpExecArray, at: LookedAt) => string
  readonly advice: string
}

const TELL = 'tell the publisher; nothing of it was taken, and what is in force stays as it is'
const HELD_BACK =
  'look at the clock of this host (date); when it is right, a copy has to be carried here anew, and a repository is not kept up or somebody holds back its news: tell the publisher'

/** What tuf-js says, by its text: the errors that it wraps lose their class. */
const REASONS: readonly Reason[] = [
  {
    pattern: /root was signed by (\d+)\/(\d+) keys/,
    code: 'trust/root',
    finding: ([, have, need], { version }) =>
      `root version ${version} has ${have} of the ${need} signatures that the chain of roots asks for`,
    advice: TELL,
  },
  {
    pattern: /([\w-]+) was signed by (\d+)\/(\d+) keys/,
    code: 'trust/signature',
    finding: ([, role, have, need]) => `${role} has ${have} of the ${need} signatures that its role asks for`,
    advice: TELL,
  },
  {
    pattern: /Expected version (\d+), got (\d+)/,
    code: 'trust/root',
    finding: ([, wanted, got]) => `root version ${wanted} is version ${got} inside`,
    advice: TELL,
  },
  {
    pattern: /New (timestamp|snapshot) version (\d+) is less than current version (\d+)/,
    code: 'trust/rollback',
    finding: ([, role, got, known]) => `its ${role} is version ${got}, and this host has seen version ${known}`,
    advice: 'somebody serves an old state of the repository: try again later, or from another mirror, and tell the publisher',
  },
  {
    pattern: /New version (\d+) of (\S+)\.json is less than current version (\d+)/,
    code: 'trust/rollback',
    finding: ([, got, role, known]) => `its ${role} is version ${got}, and this host has seen version ${known}`,
    advice: TELL,
  },
  {
    pattern: /Missing file (\S+)\.json in new snapshot/,
    code: 'trust/rollback',
    finding: ([, role]) => `its new snapshot leaves out ${role}, which was there before`,
    advice: TELL,
  },
  {
    pattern: /(?:Final )?([\w-]+)\.json is expired/,
    code: 'trust/expired',
    finding: ([, role = ''], { expires }) =>
      `its ${role} ${expires.has(role) ? `was valid until ${expires.get(role)}` : 'is past its expiry'}, and now it is ${new Date().toISOString()}`,
    advice: HELD_BACK,
  },
  {
    pattern: /Snapshot version doesn't match timestamp|Version (\d+) of (\S+) does not match snapshot version (\d+)/,
    code: 'trust/digest',
    finding: (_, { file }) => `${file} is of another version than the one that names it: pieces of different states are mixed`,
    advice: TELL,
  },
  {
    pattern: /Expected length (\d+) but got (\d+)/,
    code: 'trust/length',
    finding: ([, wanted, got], { file }) => `${file} has ${got} bytes, and ${wanted} are signed for`,
    advice: TELL,
  },
  {
    pattern: /Expected hash (\w+) but got (\w+)/,
    code: 'trust/digest',
    finding: ([, wanted], { file }) => `${file} is not the one that is signed for, ${wanted}`,
    advice: TELL,
  },
  {
    pattern: /[Nn]o delegations? found for (\S+)|Missing (\S+)\.json in snapshot/,
    code: 'trust/delegation',
    finding: ([, delegated, missing]) => `nobody was given the say over ${delegated ?? missing}`,
    advice: TELL,
  },
]

/** An error of tuf-js as what it means to a host. */
export function tufFault(error: unknown, at: LookedAt): Fault {
  const said = error instanceof Error ? error.message : String(error)
  for (const { pattern, code, finding, advice } of REASONS) {
    const match = pattern.exec(said)
    if (match !== null) return new Fault(code, `Cannot trust the repository: ${finding(match, at)}`, { in: at.url, try: advice })
  }
  return new Fault(
    'trust/metadata',
    `Cannot read ${at.file} of the repository: ${said.replace(/^Unable to load \w+( metadata)? error /, '')}`,
    {
      in: at.url,
      try: 'tell the publisher; a newer kmend may be needed',
    },
  )
}

/** Of a publisher who has nothing for this kernel. */
export function noRepository(repository: string, { url, lacks }: { readonly url: string; readonly lacks: string }): Fault {
  return new Fault('trust/delegation', `Cannot find ${repository} in this repository: it has no ${lacks} for it`, {
    in: url,
    try: 'look whether the address is right; its publisher says which kernels it has',
  })
}
