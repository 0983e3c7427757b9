/** What is asked of values that come from JSON. */

export function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Milliseconds since the epoch that are a date. */
export function isTimeMs(value: unknown): value is number {
  return isCount(value) && value <= 8.64e15
}

export function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean'
}

export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string')
}

export function isSha256(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
}

export function isText(value: unknown): value is string {
  return typeof value === 'string'
}

export type Check = (value: unknown) => boolean

/** Whether it is an object whose fields pass these checks; it may have others. */
export function hasForm(form: Readonly<Record<string, Check>>): Check {
  return (value) => findWrong(value, form).length === 0
}

/** The fields of an object that do not pass these checks, by their names behind `at`; `at` alone when it is no object. */
export function findWrong(value: unknown, form: Readonly<Record<string, Check>>, at = ''): string[] {
  if (!isRecord(value)) return [at === '' ? 'the whole' : at]
  return Object.entries(form).flatMap(([key, check]) => (check(value[key]) ? [] : [at === '' ? key : `${at}.${key}`]))
}

export function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check)
}

export function orNull(check: Check): Check {
  return (value) => value === null || check(value)
}

export function orAbsent(check: Check): Check {
  return (value) => value === undefined || check(value)
}
