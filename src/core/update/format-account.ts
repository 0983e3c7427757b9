import type { AccountRow } from './account.ts'
import type { CveAccount } from './join-cves.ts'
import type { Account } from './parse-account.ts'

/** The account for people: totals, then what needs a reboot and why, CVE by CVE and file by file. */
export function formatAccount(account: Account): string {
  const lines = [
    `Update of ${account.kernel} from ${account.from} to ${account.to}`,
    '',
    `files      ${formatCounts(account.totals.files)}`,
    `functions  ${formatCounts(account.totals.functions)}`,
    ...(account.cves.length === 0 ? [] : [`CVEs       ${formatCounts(account.cveTotals)}`]),
    ...(Object.keys(account.totals.leftOut).length === 0 ? [] : [`left out   ${formatCounts(account.totals.leftOut)}`]),
  ]
  if (account.cves.length > 0) {
    lines.push('', 'CVEs')
    for (const cve of account.cves) lines.push(`  ${cve.id}  ${cve.standing}  (${howMatched(cve)})  ${cve.title}`)
  }
  for (const standing of ['live', 'partly', 'needs-reboot', 'init-only'] as const) {
    const files = account.files.filter((file) => file.standing === standing)
    if (files.length === 0) continue
    lines.push('', standing)
    for (const file of files) lines.push(`  ${file.file}`, ...file.rows.filter((row) => row.standing !== 'no-code').map(formatRow))
  }
  for (const standing of ['no-code', 'not-compiled'] as const) {
    const files = account.files.filter((file) => file.standing === standing)
    if (files.length > 0) lines.push('', standing, ...files.map((file) => `  ${file.file}`))
  }
  return `${lines.join('\n')}\n`
}

function formatCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([key, count]) => `${key} ${count}`)
    .join(', ')
}

function formatRow({ standing, kind, item, carriedBy, code, reason }: AccountRow): string {
  const carried = carriedBy === undefined ? '' : `, carried by ${carriedBy.join(', ')}`
  return `    ${standing}  ${kind} ${item}${carried}${code === undefined ? '' : `  [${code}]`}${reason === undefined ? '' : `: ${reason}`}`
}

function howMatched({ matched, files }: CveAccount): string {
  switch (matched) {
    case 'record':
      return 'named by its record'
    case 'record-and-title':
      return 'its record names the file; a guess: its title names a function'
    case 'record-elsewhere':
      return 'its record names files that this update does not change'
    case 'function':
      return 'a guess: its title names a function'
    case 'path':
      return 'a guess: words of its title, or the name of its file, and paths'
    case 'none':
      return files.length === 0 ? 'no changed file found' : 'its title fits several changed files, not all of one standing'
  }
}
