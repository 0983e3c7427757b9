import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { Fault } from '../core/base/mod.ts'

export interface WebServer {
  readonly port: number
  readonly stop: () => Promise<void>
}

const LOOPBACK = '127.0.0.1'
const START_TRIES = 50

/** Serves a folder on loopback by busybox httpd. It ends with this process, however that ends. Faults: tool/missing, tool/failed. */
export async function serveFolder(folder: string): Promise<WebServer> {
  await mkdir(folder, { recursive: true })
  const port = await freePort()
  const words = ['--pdeathsig', 'KILL', 'busybox', 'httpd', '-f', '-p', `${LOOPBACK}:${port}`, '-h', folder]
  const child = spawn('setpriv', words, { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => resolve())
    child.on('error', () => resolve())
  })
  const stop = async () => {
    child.kill('SIGKILL')
    await ended
  }
  for (let tries = 0; tries < START_TRIES && child.exitCode === null; tries++) {
    if (await answers(port)) return { port, stop }
    await setTimeout(100)
  }
  await stop()
  throw new Fault('tool/failed', `Cannot start a web server: busybox httpd does not answer on port ${port}`, {
    try: 'apt-get install busybox-static util-linux',
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => void server.listen(0, LOOPBACK, resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK)
    socket.on('error', () => resolve(false))
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
