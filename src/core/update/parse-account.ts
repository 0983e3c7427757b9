import { Fault } from '../base/mod.ts'
import type { AccountFile, AccountTotals } from './account.ts'
import type { CveAccount } from './join-cves.ts'

/** What became of every change of an update, and of every CVE that its changelog or the records name: `account.json`. */
export interface Account {
  readonly schema: typeof ACCOUNT_SCHEMA
  readonly kernel: string
  readonly from: string
  readonly to: string
  readonly totals: AccountTotals
  readonly cveTotals: Readonly<Record<string, number>>
  readonly files: readonly AccountFile[]
  readonly cves: readonly CveAccount[]
}

export const ACCOUNT_SCHEMA = 'kmend/account/1'

/** Faults: build/manifest. */
export function parseAccount(text: string, file: string): Account {
  try {
    const parsed = JSON.parse(text) as Account
    if (parsed.schema === ACCOUNT_SCHEMA && Array.isArray(parsed.files) && Array.isArray(parsed.cves)) return parsed
  } catch {
    // falls through: not JSON or not ours, the same advice
  }
  throw new Fault('build/manifest', `Cannot read the account of this update: it is not of the form ${ACCOUNT_SCHEMA}`, {
    in: file,
    try: 'build the live patch again with kmend build',
  })
}
