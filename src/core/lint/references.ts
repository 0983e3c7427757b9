/** Calls that take a reference of an object, and calls that drop one, by their names. */

const TAKES = /\b(\w*_get(?:_\w+)?|get_\w+|\w+_hold|\w+_active|refcount_inc\w*|igrab|dget|mntget|ihold)\s*\(/g
const DROPS = /\b(\w*_put(?:_\w+)?|put_\w+|\w+_deactive|refcount_dec\w*|iput|dput|mntput|fput)\s*\(/g
/** Reads that only sound like references, and what is dropped again on the same path. */
const NO_REFERENCE =
  /(^|_)(user|unaligned|cpu|unused|drvdata|platdata|property|random|time|seconds|option|value|size|len|state|flags|stats|data|bits?|index|name|type|ts|page_prot|get_(le|be)\d+)(_|$)|^(get|put)_(le|be|unaligned)|^(nla|nlmsg|genlmsg|seq|skb|ktime|timekeeping|sg|bio|cpumask|hlist)_/

/** The kinds of reference that these calls take, one for each call. */
export function takenIn(text: string): string[] {
  return kindsOf(text, TAKES)
}

/** The kinds of reference that these calls drop, one for each call. */
export function droppedIn(text: string): string[] {
  return kindsOf(text, DROPS)
}

function kindsOf(text: string, calls: RegExp): string[] {
  return [...text.matchAll(calls)].flatMap(([, call = '']) => (NO_REFERENCE.test(call) ? [] : [kindOf(call)]))
}

/** What a taking call has in common with the dropping one. */
function kindOf(call: string): string {
  return call
    .replace(/^_*(try|maybe)_/, '')
    .replace(/_(sync|noidle|autosuspend|rcu|many|testzero|not_zero|and_test|unless_zero|and_lock)\b.*$/, '')
    .replace(/^refcount_(inc|dec).*$/, 'refcount')
    .replace(/^(igrab|ihold|iput)$/, 'inode')
    .replace(/^(dget|dput)$/, 'dentry')
    .replace(/^(mntget|mntput)$/, 'mount')
    .replace(/(^|_)(get|put|hold|active|deactive)(_|$)/, '$1')
    .replace(/^_+|_+$/g, '')
}
