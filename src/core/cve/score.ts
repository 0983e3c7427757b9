// Its file offers its names to bundlers and by default alone.
import calculator from 'ae-cvss-calculator'

/** The base score that a CVSS vector of version 2, 3 or 4 comes to; undefined for what is no vector with a whole base. */
export function baseScore(vector: string): number | undefined {
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
