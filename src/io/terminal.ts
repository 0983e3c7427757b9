import { connect } from 'node:net'

/** Joins the person's terminal with a socket, key by key, until the returned function is called. */
export function joinTerminal(socketPath: string): () => void {
  const socket = connect(socketPath)
  const { stdin, stdout } = process
  socket.on('error', () => {}) // the machine's end says it
  socket.on('data', (chunk: Buffer) => stdout.write(chunk))
  const forward = (chunk: Buffer) => socket.write(chunk)
  if (stdin.isTTY) stdin.setRawMode(true)
  stdin.on('data', forward).resume()
  return () => {
    if (stdin.isTTY) stdin.setRawMode(false)
    stdin.off('data', forward).pause()
    socket.destroy()
  }
}
