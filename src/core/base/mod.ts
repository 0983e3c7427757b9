export { alignUp, areBytesEqual, bytesFromLatin1, concatBytes, copyBytes, hexFromBytes, indexOfBytes, latin1FromBytes } from './bytes.ts'
export {
  type Check,
  findWrong,
  hasForm,
  isBoolean,
  isCount,
  isRecord,
  isSha256,
  isText,
  isTexts,
  isTimeMs,
  listOf,
  orAbsent,
  orNull,
  parseJson,
} from './checks.ts'
export { Cursor } from './cursor.ts'
export { EXIT, FAULTS, Fault, faultToJson, formatFault, printable, type FaultCode, type FaultDetail } from './fault.ts'
export { Bug, invariant } from './invariant.ts'
export { bytesFromUtf8, utf8FromBytes } from './utf8.ts'
export { lastAtOrBefore } from './sorted.ts'
