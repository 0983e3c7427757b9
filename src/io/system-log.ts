import { spawnSync } from 'node:child_process'

/** Says a line to the system's log (syslog, or systemd's journal). A host without one goes without. */
export function sayToSystemLog(text: string): void {
  spawnSync('logger', ['--tag', 'kmend', '--', text], { stdio: 'ignore', timeout: 5000 })
}
