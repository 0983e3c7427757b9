import type { Vm } from '../vm/mod.ts'
import type { KnownFix, OwnFix } from './catalogue.ts'
import type { Connection, Seen } from './step.ts'

const STATUS = '/tmp/witness'

/** Opens the connection and waits until it carries data. */
export async function openConnection(vm: Vm): Promise<void> {
  await vm.run(`(/demo/witness ${STATUS} >/dev/null 2>&1 &)`)
  await vm.run(`n=0; until [ -s ${STATUS} ] || [ $n -ge 100 ]; do n=$((n + 1)); sleep 0.1; done`)
}

export async function closeConnection(vm: Vm, { pid }: Connection): Promise<Connection> {
  await vm.run(`kill ${pid}; n=0; while [ -d /proc/${pid} ] && [ $n -lt 100 ]; do n=$((n + 1)); sleep 0.1; done`)
  return parseConnection((await vm.run(`cat ${STATUS}`)).stdout)
}

/** Boot id, uptime and the connection, the latter also in the kernel's own words: the process still has that socket open. */
export async function look(vm: Vm): Promise<Seen> {
  const { stdout } = await vm.run(
    `cat /proc/sys/kernel/random/boot_id; cut -d' ' -f1 /proc/uptime; cat ${STATUS}; read -r _ _ pid _ <${STATUS}; for fd in /proc/$pid/fd/*; do readlink $fd; done`,
  )
  const [bootId = '', uptime = '', status = '', ...open] = stdout.split('\n')
  const connection = parseConnection(status)
  if (connection.state === 'running' && !open.includes(`socket:[${connection.inode}]`)) {
    return {
      bootId,
      uptimeSeconds: Number(uptime),
      connection: { ...connection, state: 'failed', reason: 'the process has its socket no longer open' },
    }
  }
  return { bootId, uptimeSeconds: Number(uptime), connection }
}

/** As `look`, once the connection has had time to carry more: it reports every 50 ms. */
export async function lookLater(vm: Vm, last: Seen): Promise<Seen> {
  const { roundTrips } = last.connection
  await vm.run(
    `n=0; until read -r state count _ <${STATUS}; [ "$state" != running ] || [ "$count" -gt ${roundTrips} ] || [ $n -ge 50 ]; do n=$((n + 1)); sleep 0.1; done`,
  )
  return look(vm)
}

function parseConnection(line: string): Connection {
  const [, state = 'failed', roundTrips = 0, pid = 0, inode = 0, longestPauseMs = 0, reason = 'it never started'] =
    /^(running|ended|failed) (\d+) (\d+) (\d+) (\d+) (.*)$/m.exec(line) ?? []
  return {
    state: state as Connection['state'],
    roundTrips: Number(roundTrips),
    pid: Number(pid),
    inode: Number(inode),
    longestPauseMs: Number(longestPauseMs),
    reason,
  }
}

export interface ProbeWord {
  readonly verdict: 'vulnerable' | 'fixed' | 'unclear'
  readonly said: string
}

export async function runProbe(vm: Vm, { probe }: KnownFix | OwnFix): Promise<ProbeWord> {
  const { code, stdout, stderr } = await vm.run(['/demo/probe', ...probe.args].join(' '))
  const verdict = code === 0 ? 'fixed' : code === 1 ? 'vulnerable' : 'unclear'
  return { verdict, said: stdout.trim() || stderr.trim() || `exit code ${code}` }
}
