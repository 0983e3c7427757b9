export { finishModule } from './finish.ts'
export { type GlueRequest, glueImports, glueSource } from './glue-source.ts'
export { type LintRequest, lintModule } from './lint.ts'
export { newFunctionAlias, unitOfSection, writePatchObject } from './patch-object.ts'
