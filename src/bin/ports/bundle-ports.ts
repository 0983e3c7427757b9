import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { BundlePorts } from '../../app/bundle/mod.ts'
import { readBytes, writeWhole } from '../../io/files.ts'
import { formatSbom } from '../../io/sbom.ts'
import { readCveRecords } from '../read-cve-records.ts'

/** The ports of bundles, on this machine. */
export function makeBundlePorts(): BundlePorts {
  return {
    files: { exists: async (path) => existsSync(path), readBytes, write: writeWhole },
    digest: (content) => createHash('sha256').update(content).digest('hex'),
    formatSbom,
    readCveRecords,
  }
}
