import { homedir } from 'node:os'

/** Where kmend keeps what it fetched and prepared: $KMEND_HOME, else `kmend` in the user's cache folder. */
export function kmendHome(env: NodeJS.ProcessEnv = process.env): string {
  if (env['KMEND_HOME']) return env['KMEND_HOME']
  return `${env['XDG_CACHE_HOME'] || `${homedir()}/.cache`}/kmend`
}
