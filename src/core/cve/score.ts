// Its file offers its names to bundlers and by default alone.
import calculator from 'ae-cvss-calculator'

/** Short names and values alone: the calculator takes `__proto__` for a version of the standard. */
const VECTOR = /^(?:CVSS:\d\.\d\/)?[A-Z][A-Za-z]{0,2}:[A-Za-z]{1,5}(?:\/[A-Z][A-Za-z]{0,2}:[A-Za-z]{1,5})*$/

/** The base score that a CVSS vector of version 2, 3 or 4 comes to; undefined for what is no vector with a whole base. */
export function baseScore(vector: string): number | undefined {
  if (!VECTOR.test(vector)) return undefined
  const parsed = calculator.fromVector(vector) as ParsedVector | null
  if (parsed?.isBaseFullyDefined() !== true) return undefined
  const { base, baseMetricsOnly } = parsed.calculateScores()
  return baseMetricsOnly ?? base
}

/** `base` of version 4 counts threats in, `baseMetricsOnly` does not. */
interface ParsedVector {
  isBaseFullyDefined(): boolean
  calculateScores(): { readonly base?: number; readonly baseMetricsOnly?: number }
}
