import { type Change, type Document, describeDifferences } from '../../core/trust/mod.ts'

/** What a change does, for people, before they sign: what each document says otherwise than the one before it. */
export function describeChange({
  act,
  bundles,
  reason,
  documents,
  files,
}: Pick<Change, 'act' | 'bundles' | 'reason' | 'documents' | 'files'>): string[] {
  const names = [...new Set(bundles.map(({ name }) => name))].join(', ')
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0)
  return [
    [act, names, ...(reason === null ? [] : [`(${reason})`])].filter((word) => word !== '').join(' '),
    ...documents.flatMap(describeDocument),
    ...(files.length === 0 ? [] : [`  ${files.length} files, ${sizeBytes} bytes`]),
  ]
}

export function describeDocument({ repository, role, metadata, before }: Document): string[] {
  const was = before === null ? 'new' : `${before.signed.version} → ${metadata.signed.version}`
  const lines = describeDifferences(before, metadata).filter((line) => !/^(_type|spec_version|version|consistent_snapshot): /.test(line))
  return [`  ${repository} ${role}: ${was}`, ...lines.map((line) => `      ${line}`)]
}
