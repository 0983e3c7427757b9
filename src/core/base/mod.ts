export {
  alignUp,
  areBytesEqual,
  bytesFromLatin1,
  bytesFromUtf8,
  concatBytes,
  copyBytes,
  hexFromBytes,
  indexOfBytes,
  latin1FromBytes,
  utf8FromBytes,
} from './bytes.ts'
export { Cursor } from './cursor.ts'
export { EXIT, FAULTS, Fault, faultToJson, formatFault, printable, type FaultCode, type FaultDetail } from './fault.ts'
export { Bug, invariant } from './invariant.ts'
export { textFromUtf8, utf8FromText } from './utf8.ts'
