import type { ReleaseNote } from '../../src/core/advisory/mod.ts'

/** A live patch of a whole update that fixes two CVEs, one of them scored by two and used in attacks. */
export const RELEASE_NOTE: ReleaseNote = {
  manifest: {
    name: 'kmend_update_6_1_192',
    version: 2,
    kernel: { release: '6.1.0-54-cloud-amd64', packageVersion: '6.1.190-1', arch: 'amd64', buildId: 'ab'.repeat(20) },
    module: { file: 'kmend_update_6_1_192.ko', sha256: 'cd'.repeat(32), sizeBytes: 1 },
    objects: [
      {
        name: 'vmlinux',
        functions: [{ name: 'fl_create', sympos: 0, oldSizeBytes: 1, newSizeBytes: 1, unit: 'net/ipv6/ip6_flowlabel.c' }],
      },
    ],
    update: { from: '6.1.190-1', to: '6.1.192-1' },
    fixes: { cves: ['CVE-2026-97597', 'CVE-2026-98000'], bugs: ['1154101'] },
    notes: [],
  } as unknown as ReleaseNote['manifest'],
  kind: 'security',
  title: 'Keeps a socket from leasing a flow label without end',
  text: 'A local user could make the kernel run out of memory.',
  sha256: 'ef'.repeat(32),
  issues: [
    {
      id: 'CVE-2026-97597',
      title: 'ipv6: flowlabel: cap duplicate leases per socket',
      cvss: [
        { vector: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:H', score: 5.5, source: 'CISA-ADP' },
        { vector: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H', score: 7.8, source: 'NVD' },
      ],
      knownExploited: { since: '2026-11-02', source: 'CISA-ADP' },
      references: ['https://git.kernel.org/stable/c/8d6cd188508513503805c156165de38e4e4a8615'],
    },
    { id: 'CVE-2026-98000', title: '', cvss: [], knownExploited: null, references: [] },
  ],
}
