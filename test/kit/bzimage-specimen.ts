import { bytesFromLatin1 } from '../../src/core/base/mod.ts'

/** A bzImage of one setup sector whose payload starts 0x40 bytes into the protected-mode part, at 1088. */
export function makeBzImage(payload: Uint8Array): Uint8Array {
  const image = new Uint8Array(1024 + 0x40 + payload.length)
  const view = new DataView(image.buffer)
  view.setUint8(0x1f1, 1)
  image.set(bytesFromLatin1('HdrS'), 0x202)
  view.setUint16(0x206, 0x020f, true)
  view.setUint32(0x248, 0x40, true)
  view.setUint32(0x24c, payload.length, true)
  image.set(payload, 1024 + 0x40)
  return image
}
