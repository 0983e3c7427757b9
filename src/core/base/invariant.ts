/** A statement that must hold whatever the input; when it does not, kmend itself is wrong (exit code 1). */
export class Bug extends Error {
  override readonly name = 'Bug'
}

export function invariant(condition: unknown, statement: string): asserts condition {
  if (!condition) throw new Bug(`This should never happen: ${statement}`)
}
