import { formatColumns } from '../../src/bin/columns.ts'
import type { Edit } from '../../test/kit/edit-source.ts'
import type { Place } from './place.ts'
import { figure, median, medianAndMost } from './spread.ts'

/** One instruction more that does nothing, in a system call that does next to nothing: what it costs more is what being patched costs. */
export const GETPPID: Edit = {
  path: 'kernel/sys.c',
  find: '\tpid = task_tgid_vnr(rcu_dereference(current->real_parent));\n\trcu_read_unlock();\n',
  replace: '\tpid = task_tgid_vnr(rcu_dereference(current->real_parent));\n\trcu_read_unlock();\n\tasm volatile("nop");\n',
}

const ROUNDS = 5
const RATE_MS = 2000

const WHEN = ['before', 'in force', 'after removal'] as const
const MEANWHILE = ['it goes in', 'it comes out', 'nothing does'] as const

/** One run of latency-probe.c. */
export interface Gap {
  readonly ms: number
  readonly wakeups: number
  /** What one wake-up in a thousand exceeds. */
  readonly rareUs: number
  readonly longestUs: number
}

/** One run of call-rate.c. */
export interface Rate {
  readonly calls: number
  readonly perSecond: number
  /** Of a call, in the thousand that took least. */
  readonly leastNs: number
}

/** What was measured, round after round. */
export interface PatchCost {
  readonly rates: Readonly<Record<(typeof WHEN)[number], Rate[]>>
  readonly gaps: Readonly<Record<(typeof MEANWHILE)[number], Gap[]>>
  /** That the kernel took to move all tasks to the patched code. */
  readonly transitionMs: number[]
}

/**
 * A live patch goes in and out, again and again, on an otherwise busy machine; before, between and after, its function is called. Each time it moves, as long
 * a time follows in which nothing does. The place has the patch in /srv/patch, and none in force.
 */
export async function measurePatch(place: Place, progress: (text: string) => void): Promise<PatchCost> {
  const cost: PatchCost = {
    rates: { before: [], 'in force': [], 'after removal': [] },
    gaps: { 'it goes in': [], 'it comes out': [], 'nothing does': [] },
    transitionMs: [],
  }
  const rate = async (when: (typeof WHEN)[number]) => {
    cost.rates[when].push(parseRate(await place.run(`${place.programs}/call-rate ${RATE_MS}`)))
  }
  const probe = async (meanwhile: (typeof MEANWHILE)[number], command: string) => {
    const gap = parseGap(await place.run(`${place.programs}/latency-probe sh -c '${command} >/run/said || { cat /run/said >&2; exit 1; }'`))
    cost.gaps[meanwhile].push(gap)
    return gap
  }
  const move = async (meanwhile: (typeof MEANWHILE)[number], command: string) => {
    const { ms } = await probe(meanwhile, `${command} --json`)
    cost.transitionMs.push((JSON.parse(await place.run('cat /run/said')) as { readonly transitionMs: number }).transitionMs)
    await probe('nothing does', `sleep ${ms / 1000}`)
  }
  for (let round = 1; round <= ROUNDS; round++) {
    progress(`in and out, ${round} of ${ROUNDS} …`)
    await rate('before')
    await move('it goes in', 'kmend apply /srv/patch')
    await rate('in force')
    await move('it comes out', 'kmend remove')
    await rate('after removal')
  }
  return cost
}

export function parseRate(text: string): Rate {
  const [calls = NaN, ns = NaN, nsOfThousand = NaN] = text.split(' ').map(Number)
  return { calls, perSecond: (calls / ns) * 1e9, leastNs: nsOfThousand / 1000 }
}

export function parseGap(text: string): Gap {
  const [ms = NaN, wakeups = NaN, rareUs = NaN, longestUs = NaN] = text.split(' ').map(Number)
  return { ms, wakeups, rareUs, longestUs }
}

export function formatPatchCost({ rates, gaps, transitionMs }: PatchCost): string[] {
  const leastNs = (when: (typeof WHEN)[number]) => Math.min(...rates[when].map((rate) => rate.leastNs))
  const lines = WHEN.map((when) => {
    const perSecond = rates[when].map((rate) => rate.perSecond)
    return [
      when,
      figure(median(perSecond)),
      figure(Math.min(...perSecond)),
      `${sum(rates[when].map(({ calls }) => calls))}`,
      figure(leastNs(when)),
    ]
  })
  const original = (leastNs('before') + leastNs('after removal')) / 2
  const lateness = MEANWHILE.map((meanwhile) => {
    const all = gaps[meanwhile]
    const ms = (pick: (gap: Gap) => number) => medianAndMost(all.map((gap) => pick(gap) / 1000))
    return [
      meanwhile,
      `${all.length}`,
      figure(sum(all.map((gap) => gap.ms)) / 1000),
      `${sum(all.map(({ wakeups }) => wakeups))}`,
      ms(({ rareUs }) => rareUs),
      ms(({ longestUs }) => longestUs),
    ]
  })
  return [
    'calls of getppid, whose function is patched',
    ...formatColumns([['', 'calls a second', 'least', 'calls counted', 'ns a call'], ...lines]),
    `${rates.before.length} rounds of ${RATE_MS / 1000} s each: median and least; ns of the thousand calls that took least: ${figure(leastNs('in force') - original)} more when patched`,
    '',
    'how late real-time threads wake, one on each processor, while threads spin, files are read, and …',
    ...formatColumns([['', 'times', 'seconds', 'wake-ups', 'ms, one in 1000 is later', 'ms, longest'], ...lateness]),
    `median of the times (worst); kmend's whole run counts, of which the transition itself takes ${medianAndMost(transitionMs)} ms`,
  ]
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
