import { type Command, InvalidArgumentError } from 'commander'
import type { Witnesses } from '../../core/host/mod.ts'

export interface WitnessOptions {
  readonly witness?: readonly string[]
  readonly cosignatures?: number
}

/** Of a reader who demands witnesses. */
export function withWitnesses(command: Command): Command {
  return command
    .option(
      '--witness <key>',
      'whose word is demanded that all see the same log: the key, as kmend log key printed it; once for each',
      collect,
    )
    .option('--cosignatures <count>', 'how many of these witnesses must have given it (default: all)', parseCount)
}

/** Undefined when none are demanded. */
export function demanded({ witness = [], cosignatures }: WitnessOptions): Witnesses | undefined {
  const keys = [...new Set(witness)]
  return keys.length === 0 && cosignatures === undefined ? undefined : { keys, atLeast: cosignatures ?? keys.length }
}

function collect(key: string, before: readonly string[] = []): string[] {
  return [...before, key]
}

function parseCount(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('A number of witnesses from 1 to 99 is expected.')
  return Number(text)
}
