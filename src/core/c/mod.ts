export { type SourceFunction, findFunctions } from './functions.ts'
export { type NamesUsed, namesUsed } from './names-used.ts'
export { type CFile, type Region, readCFile, regionAt, tokensOf } from './regions.ts'
export { isIdentifier } from './tokens.ts'
