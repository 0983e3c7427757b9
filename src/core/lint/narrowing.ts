/** What has to hold besides what a condition asked before; undefined where that is not all that came. Spaces are single ones, or none. */
export function narrowing(old: string, now: string): string | undefined {
  const behind = now.startsWith(old) ? /^ ?&& ?(.+)$/.exec(now.slice(old.length))?.[1] : undefined
  const before = now.endsWith(old) ? /^(.+?) ?&& ?$/.exec(now.slice(0, now.length - old.length))?.[1] : undefined
  const more = behind ?? before
  return more?.includes('||') === true ? undefined : more
}
