import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'

/** What is said last is on its way for a moment after the other end has stopped. */
const QUIET_MS = 100

/** Joins the person's terminal with a socket, key by key. The returned function parts them once everything that was said has been shown. */
export function joinTerminal(socketPath: string): () => Promise<void> {
  const socket = connect(socketPath)
  const { stdin, stdout } = process
  let heard = 0
  socket.on('error', () => {}) // the machine's end says it
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.length
    stdout.write(chunk)
  })
  const forward = (chunk: Buffer) => socket.write(chunk)
  if (stdin.isTTY) stdin.setRawMode(true)
  stdin.on('data', forward).resume()
  return async () => {
    if (stdin.isTTY) stdin.setRawMode(false)
    stdin.off('data', forward).pause()
    for (let before = -1; before !== heard; await setTimeout(QUIET_MS)) before = heard
    socket.destroy()
  }
}
