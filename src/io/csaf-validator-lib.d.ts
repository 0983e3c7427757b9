/** The library brings no types: what we use of it. */
declare module '@secvisogram/csaf-validator-lib/schemaTests.js' {
  export const csaf_2_0_strict: (document: unknown) => unknown
}

declare module '@secvisogram/csaf-validator-lib/mandatoryTests.js' {
  const tests: Readonly<Record<string, (document: unknown) => unknown>>
  export = tests
}

declare module '@secvisogram/csaf-validator-lib/validate.js' {
  export default function validate(
    checks: readonly ((document: unknown) => unknown)[],
    document: unknown,
  ): Promise<{ readonly tests: readonly { readonly errors: readonly { readonly instancePath: string; readonly message?: string }[] }[] }>
}
