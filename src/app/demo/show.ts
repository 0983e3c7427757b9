import { Fault } from '../../core/base/mod.ts'
import { classifyLog } from '../../core/host/mod.ts'
import { openKernel } from '../kernel/mod.ts'
import { applyLivepatch, revertLivepatch } from '../prove/mod.ts'
import { type Vm, startVm } from '../vm/mod.ts'
import type { Attempt } from './attempts.ts'
import { closeConnection, look, lookLater, openConnection, runProbe } from './guest.ts'
import type { DemoPorts } from './ports.ts'
import type { Connection, DemoPhase, Recorder, Seen } from './step.ts'

/** How long a transition may take. */
const DEADLINE_MS = 60_000

export interface Built {
  readonly attempt: Attempt
  readonly name: string
  readonly module: string
  /** Modules of the kernel that it patches. */
  readonly targets: readonly string[]
  readonly folder: string
}

export interface Shown {
  readonly bootId: string
  readonly uptimeSeconds: number
  /** When it had been closed in order. */
  readonly connection: Connection
}

/**
 * Boots the kernel and shows the effect before, with and after the live patch, over one boot and one connection.
 * Faults: demo/disproved when anything is not as claimed, prove/refused, prove/stalled, and those of the virtual machine.
 */
export async function show(built: Built, record: Recorder, ports: DemoPorts): Promise<Shown> {
  const kernel = await openKernel(built.attempt.kernel.release, ports)
  const { program } = built.attempt.fix.probe
  const done = record()
  const files = new Map([
    ['/demo/witness', await ports.compileProgram('witness', `${built.folder}/programs/witness`)],
    ['/demo/probe', await ports.compileProgram(program, `${built.folder}/programs/${program}`)],
    [guestModule(built.name), await ports.files.readBytes(built.module)],
  ])
  const vm = await startVm(kernel, { modules: built.targets, files }, ports.vm)
  try {
    done({ step: 'boot', bootMs: vm.bootMs, bootId: (await look(vm)).bootId })
    return await showIn(vm, built, record, ports)
  } finally {
    await vm.stop()
  }
}

function guestModule(name: string): string {
  return `/demo/${name}.ko`
}

async function showIn(vm: Vm, built: Built, record: Recorder, ports: DemoPorts): Promise<Shown> {
  const { name } = built
  const livepatch = { name, path: guestModule(name) }
  const { fix } = built.attempt
  const logStart = (await vm.run('dmesg')).stdout.length
  const start = await connect(vm, record)
  const before = await probe(vm, { fix, phase: 'before', last: start }, record)

  ports.progress(`vm: applying ${name}`)
  const applied = record()
  await applyLivepatch(vm, livepatch, DEADLINE_MS)
  applied({ step: 'apply', name })
  const patched = await probe(vm, { fix, phase: 'with', last: before }, record)

  ports.progress(`vm: reverting ${name}`)
  const reverted = record()
  await revertLivepatch(vm, livepatch, DEADLINE_MS)
  reverted({ step: 'revert', name })
  const after = await probe(vm, { fix, phase: 'after', last: patched }, record)

  const connection = await closeConnection(vm, after.connection)
  if (connection.state !== 'ended') throw new Fault('demo/disproved', `Cannot keep one connection through the demo: ${connection.reason}`)
  const [finding] = classifyLog((await vm.run('dmesg')).stdout.slice(logStart))
  if (finding !== undefined)
    throw new Fault('demo/disproved', `Cannot call this clean: the kernel logs a ${finding.kind}`, { in: finding.line })
  return { bootId: after.bootId, uptimeSeconds: after.uptimeSeconds, connection }
}

async function connect(vm: Vm, record: Recorder): Promise<Seen> {
  const done = record()
  await openConnection(vm)
  const seen = await look(vm)
  const { pid, inode, state, reason } = seen.connection
  if (state !== 'running') throw new Fault('demo/disproved', `Cannot open a connection in the virtual machine: ${reason}`)
  done({ step: 'connect', pid, inode })
  return seen
}

interface Moment {
  readonly fix: Attempt['fix']
  readonly phase: DemoPhase
  /** What the guest said before. */
  readonly last: Seen
}

async function probe(vm: Vm, { fix, phase, last }: Moment, record: Recorder): Promise<Seen> {
  const done = record()
  const wanted = phase === 'with' ? 'fixed' : 'vulnerable'
  const { verdict, said } = await runProbe(vm, fix)
  if (verdict !== wanted)
    throw new Fault(
      'demo/disproved',
      `Cannot show what is claimed ${PHASES[phase]}: ${wanted} is expected, the probe says ${verdict}: ${said}`,
    )
  const seen = await lookLater(vm, last)
  const wrong = compareSeen(last, seen)
  if (wrong !== undefined) throw new Fault('demo/disproved', `Cannot call this live ${PHASES[phase]}: ${wrong}`)
  done({ step: 'probe', phase, verdict, said, seen })
  return seen
}

const PHASES: Readonly<Record<DemoPhase, string>> = {
  before: 'before the live patch',
  with: 'with the live patch',
  after: 'after the live patch is gone',
}

/** What is not as it must be when the machine and the connection just went on. */
export function compareSeen(last: Seen, now: Seen): string | undefined {
  const { connection } = now
  if (now.bootId !== last.bootId) return `the boot id was ${last.bootId} and is ${now.bootId}`
  if (!(now.uptimeSeconds >= last.uptimeSeconds)) return `the uptime was ${last.uptimeSeconds} s and is ${now.uptimeSeconds} s`
  if (connection.state !== 'running') return `the connection ${connection.state}: ${connection.reason}`
  if (connection.pid !== last.connection.pid || connection.inode !== last.connection.inode) return 'the connection is another one'
  if (connection.roundTrips <= last.connection.roundTrips)
    return `the connection carries no data: ${connection.roundTrips} round trips, and no more`
  return undefined
}
