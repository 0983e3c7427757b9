/** Where the host's things are. */

const SIGNED_LIFECYCLE = '/var/lib/kmend/lifecycle.json'

export const PATHS = {
  policy: '/etc/kmend/kmend.toml',
  /** Which repository this host follows; absent when it follows none. */
  followed: '/etc/kmend/repository.toml',
  record: '/var/lib/kmend/host.json',
  journal: '/var/lib/kmend/journal.json',
  history: '/var/lib/kmend/history.jsonl',
  patches: '/var/lib/kmend/patches',
  following: '/var/lib/kmend/following.json',
  /** Verified metadata, by the fingerprint of the repository. It outlives kmend disable, so that nobody can show an old state after it. */
  metadata: '/var/lib/kmend/repository',
  /** Bundles that were brought and are not applied yet. */
  brought: '/var/lib/kmend/brought',
  /** A folder for each kernel release, in it one for each live patch that a package has brought. */
  packaged: '/usr/lib/kmend/patches',
  /** Which live patches the next boot's initial RAM disk may load. Not below /var, which that does not mount. */
  permit: '/etc/kmend/next-boot',
  /** What this boot's initial RAM disk has loaded. */
  early: '/run/kmend/initramfs',
  lock: '/run/kmend/lock',
  round: '/run/kmend/round.json',
  /** What the repository that is followed says is wrong with this kernel, and until when it gets live patches. */
  vulnerabilities: '/var/lib/kmend/vulnerabilities.json',
  signedLifecycle: SIGNED_LIFECYCLE,
  /** Which kernels that repository has, from when the end of this kernel's live patches is announced on. */
  kernels: '/var/lib/kmend/kernels.json',
  /** The administrator's own file counts before signed data, and that before the package's. */
  lifecycle: ['/etc/kmend/lifecycle.json', SIGNED_LIFECYCLE, '/usr/share/kmend/lifecycle.json'],
  boot: '/boot',
  livepatch: '/sys/kernel/livepatch',
} as const

/** The folder of one live patch: its manifest and its module. */
export function patchFolder({ release, name }: { readonly release: string; readonly name: string }): string {
  return `${PATHS.patches}/${release}/${name}`
}
