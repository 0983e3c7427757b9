import { Fault, areBytesEqual, bytesFromLatin1, concatBytes } from '../base/mod.ts'

/**
 * The signature that a module's file may end in: the module, a PKCS#7 message in DER, `struct module_signature`, one line of text. Source: include/linux/module_signature.h
 * and kernel/module/signing.c of Linux 6.1.
 */
export interface SplitModule {
  readonly content: Uint8Array
  /** Undefined of one that is not signed. */
  readonly signature: Uint8Array | undefined
}

const LAST_LINE = bytesFromLatin1('~Module signature appended~\n')
/** algo, hash, id_type, signer_len, key_id_len, three bytes of padding, sig_len (big-endian). */
const INFO_BYTES = 12
const ID_TYPE = 2
const PKCS7 = 2

/** The last signature of a file taken off. Faults: elf/malformed when the file claims one that it does not hold. */
export function splitSignature(module: Uint8Array, file: string): SplitModule {
  if (!isSigned(module)) return { content: module, signature: undefined }
  const info = module.length - LAST_LINE.length - INFO_BYTES
  const size = info < 0 ? -1 : new DataView(module.buffer, module.byteOffset + info, INFO_BYTES).getUint32(8)
  if (size < 0 || size > info || module[info + ID_TYPE] !== PKCS7)
    throw new Fault(
      'elf/malformed',
      'Cannot read the signature of this module: the file ends as a signed one does, and holds no PKCS#7 message',
      {
        in: file,
        try: 'build the module again, and sign it once',
      },
    )
  return { content: module.subarray(0, info - size), signature: module.subarray(info - size, info) }
}

export function isSigned(module: Uint8Array): boolean {
  return areBytesEqual(module.subarray(-LAST_LINE.length), LAST_LINE)
}

export function joinSignature(content: Uint8Array, signature: Uint8Array): Uint8Array {
  const info = new Uint8Array(INFO_BYTES)
  info[ID_TYPE] = PKCS7
  new DataView(info.buffer).setUint32(8, signature.length)
  return concatBytes([content, signature, info, LAST_LINE])
}
