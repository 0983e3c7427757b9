export { alignUp, areBytesEqual, bytesFromLatin1, concatBytes, copyBytes, hexFromBytes, indexOfBytes, latin1FromBytes } from './bytes.ts'
export { Cursor } from './cursor.ts'
export { EXIT, FAULTS, Fault, faultToJson, formatFault, type FaultCode, type FaultDetail } from './fault.ts'
export { Bug, invariant } from './invariant.ts'
