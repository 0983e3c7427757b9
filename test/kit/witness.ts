import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { type CosignedLog, type WitnessPorts, cosignLog } from '../../src/app/log/mod.ts'
import { makeWitnessPorts } from '../../src/bin/ports/log-ports.ts'
import { formatVerifierKey } from '../../src/core/log/mod.ts'
import { makeWitnessKey, readWitnessKey } from '../../src/io/witness-key.ts'
import type { TestPublisher } from './publisher.ts'

/** A witness with its own key and state, in the folder of a publisher's test. */
export interface TestWitness {
  /** As publishers and hosts are told it. */
  readonly key: string
  readonly state: string
  /** Looks at the log at an address, and cosigns it. */
  readonly visit: (url: string, change?: VisitChange) => Promise<CosignedLog>
}

export interface VisitChange {
  readonly isFirst?: boolean
  readonly ports?: Partial<WitnessPorts>
}

export async function makeWitness({ folder, fingerprint }: TestPublisher, name: string): Promise<TestWitness> {
  const file = `${folder}/${name}.pem`
  const key = formatVerifierKey(await makeWitnessKey(file, `witness.example/${name}`))
  const state = `${folder}/${name}.note`
  let visits = 0
  return {
    key,
    state,
    async visit(url, { isFirst = visits === 0, ports } = {}) {
      const visit = { url, fingerprint, folder: mkdtempSync(`${folder}/${name}-`) }
      const cosigned = await cosignLog({ key: await readWitnessKey(file), state, isFirst }, { ...makeWitnessPorts(visit, state), ...ports })
      visits++
      return cosigned
    },
  }
}

/** From now on the publisher publishes what they cosign. */
export function nameWitnesses({ repo }: TestPublisher, witnesses: readonly TestWitness[]): void {
  const settings = `${repo}/repo.toml`
  const keys = witnesses.map(({ key }) => key)
  writeFileSync(settings, readFileSync(settings, 'utf8').replace(/^witnesses = .*$/m, `witnesses = ${JSON.stringify(keys)}`))
}
