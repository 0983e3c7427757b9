import { advisoryId } from '../bundle/mod.ts'
import type { ReleaseNote } from './release-note.ts'

/** Where an update is found: the name of its package, and when it was published. */
export interface UpdatePlace {
  readonly package: string
  readonly issuedMs: number
}

/** One `update` of the updateinfo.xml that dnf and zypper read: what an upgrade to this live patch fixes. */
export function composeUpdate(note: Omit<ReleaseNote, 'kind' | 'sha256'>, { package: name, issuedMs }: UpdatePlace): string {
  const { manifest, title, text, issues } = note
  const issued = new Date(issuedMs).toISOString().slice(0, 19).replace('T', ' ')
  const listed = issues.map((issue) => (issue.title === '' ? issue.id : `${issue.id}: ${issue.title}`))
  const references = issues.map(({ id, title: what, references: [href = `https://www.cve.org/CVERecord?id=${id}`] }) =>
    element('reference', { href, id, title: what === '' ? id : what, type: 'cve' }),
  )
  const version = String(manifest.version ?? 1)
  const packaged = { name, epoch: '0', version, release: '1', arch: 'x86_64' }
  return [
    `<update from="kmend" status="final" type="${issues.length === 0 ? 'bugfix' : 'security'}" version="1">`,
    `  <id>${escape(advisoryId(manifest))}</id>`,
    `  <title>${escape(title)}</title>`,
    `  ${element('issued', { date: issued })}`,
    ...(issues.length === 0 ? [] : [`  <severity>${severityOf(note)}</severity>`]),
    `  <description>${escape([text, ...listed].filter((line) => line !== '').join('\n'))}</description>`,
    '  <references>',
    ...references.map((reference) => `    ${reference}`),
    '  </references>',
    '  <pkglist>',
    '    <collection short="kmend">',
    '      <name>kmend</name>',
    `      ${element('package', packaged, `<filename>${escape(`${name}-${version}-1.x86_64.rpm`)}</filename>`)}`,
    '    </collection>',
    '  </pkglist>',
    '</update>',
    '',
  ].join('\n')
}

/** In the words of Red Hat and SUSE, by the ranges of CVSS (section 5 of its specification 3.1). */
function severityOf({ issues }: Pick<ReleaseNote, 'issues'>): string {
  const worst = Math.max(0, ...issues.flatMap(({ cvss }) => cvss.map(({ score }) => score)))
  if (worst >= 9) return 'Critical'
  if (worst >= 7) return 'Important'
  if (worst >= 4) return 'Moderate'
  return worst > 0 ? 'Low' : 'None'
}

function element(name: string, attributes: Readonly<Record<string, string>>, content?: string): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(value)}"`)
  return `<${name}${written.join('')}${content === undefined ? '/>' : `>${content}</${name}>`}`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Characters that XML 1.0 has no place for are left out. */
function escape(text: string): string {
  return text
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '')
    .replace(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
}
