import { createConnection, type Socket } from 'node:net'

/**
 * Writes the memory of a guest from outside, past every protection of its kernel: what a rootkit does from inside. The guest stands still meanwhile.
 * The protocol is that of gdb's remote stub, as QEMU serves it: https://sourceware.org/gdb/current/onlinedocs/gdb.html/Remote-Protocol.html
 */
export async function writeGuestMemory(socketPath: string, address: bigint, bytes: Uint8Array): Promise<void> {
  const socket = createConnection(socketPath)
  try {
    const answer = await ask(socket, `M${address.toString(16)},${bytes.length.toString(16)}:${Buffer.from(bytes).toString('hex')}`)
    if (answer !== 'OK') throw new Error(`QEMU does not write ${bytes.length} bytes at 0x${address.toString(16)}: ${answer}`)
    await ask(socket, 'D')
  } finally {
    socket.destroy()
  }
}

function ask(socket: Socket, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const listen = (chunk: Buffer) => {
      text += chunk.toString('latin1')
      // That the guest stopped when the debugger came is said unasked, at any time.
      const answer = /\$(?![TS])([^#]*)#[0-9a-f]{2}/.exec(text)?.[1]
      if (answer === undefined) return
      socket.off('data', listen)
      socket.write('+')
      resolve(answer)
    }
    socket.on('data', listen)
    socket.once('error', reject)
    const sum = [...Buffer.from(command, 'latin1')].reduce((total, byte) => (total + byte) % 256, 0)
    socket.write(`$${command}#${sum.toString(16).padStart(2, '0')}`)
  })
}
