import { Fault } from '../base/mod.ts'

/** A Debian kernel release, as `uname -r` prints it: `6.1.0-56-cloud-amd64`, `6.12.117+deb12-cloud-amd64`. */
export interface KernelRelease {
  readonly release: string
  /** Upstream line, which names the source package: `6.1`, `6.12`. */
  readonly line: string
  /** What the header packages of all flavours share: `6.1.0-56`, `6.12.117+deb12`. */
  readonly abi: string
  readonly flavour: 'generic' | 'cloud' | 'rt'
  /** Debian's name of the architecture. */
  readonly arch: 'amd64'
}

const RELEASE = /^((\d+\.\d+)\.\d+(?:-\d+|\+[a-z0-9.]+(?:-\d+)?)?)(?:-(cloud|rt))?-(amd64)$/

/** Faults: kernel/release. */
export function parseRelease(text: string): KernelRelease {
  const release = tryParseRelease(text)
  if (release !== undefined) return release
  throw new Fault('kernel/release', `Cannot read "${text}" as a kernel release of Debian for amd64`, {
    try: 'name it as uname -r prints it, for instance 6.1.0-56-cloud-amd64; "kmend kernel list" shows those on offer',
  })
}

/** As `parseRelease`, for names of which many are something else. */
export function tryParseRelease(text: string): KernelRelease | undefined {
  const match = RELEASE.exec(text)
  if (match === null) return undefined
  const [, abi = '', line = '', flavour = 'generic'] = match
  return { release: text, line, abi, flavour: flavour as KernelRelease['flavour'], arch: 'amd64' }
}
