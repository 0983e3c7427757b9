import { spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Makes a plain file hang for whoever opens it, as one on a share whose server is gone does: a lease (fcntl(2)) that its holder does not give up, for as long as
 * /proc/sys/fs/lease-break-time says. Returns what ends it.
 */
export async function hang(path: string): Promise<() => void> {
  const [setLease, forWriting] = [1024, 1]
  const program = `$SIG{IO} = "IGNORE"; $| = 1; open(F, "+<", $ARGV[0]) or die; defined(fcntl(F, ${setLease}, ${forWriting})) or die $!; print "held"; sleep 600`
  const child = spawn('perl', ['-e', program, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => Promise.reject(new Error('no lease')))])
  return () => void child.kill()
}
