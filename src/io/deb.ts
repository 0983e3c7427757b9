import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { Fault } from '../core/base/mod.ts'
import { exec, execOk } from './exec.ts'

/** Unpacks a package's files into a folder, without installing it. Faults: tool/missing, tool/failed. */
export async function unpackDeb(deb: string, destination: string): Promise<void> {
  await mkdir(destination, { recursive: true })
  await pipeTools([['dpkg-deb', '-x', deb, destination]])
}

/** Unpacks the kernel source archive that a linux-source package holds, without writing the archive itself. */
export async function unpackSource(deb: string, destination: string): Promise<void> {
  await streamSource(deb, destination, [])
}

/** As `unpackSource`, for some files of the tree alone. Faults: tool/failed when one of them is not there. */
export async function unpackSourceFiles(deb: string, paths: readonly string[], destination: string): Promise<void> {
  // The archive's one top folder is linux-source-<line>.
  await streamSource(deb, destination, ['--wildcards', '--no-wildcards-match-slash', ...paths.map((path) => `*/${path}`)])
}

/** The changelog that a package installs below usr/share/doc, as text; empty when there is none. */
export async function readChangelog(deb: string): Promise<string> {
  const pipe = 'dpkg-deb --fsys-tarfile "$1" | tar -xO --wildcards --occurrence=1 "./usr/share/doc/*/changelog.Debian.gz" | gzip -dc'
  const { code, stdout } = await exec('sh', ['-c', pipe, 'sh', deb])
  return code === 0 ? stdout : ''
}

async function streamSource(deb: string, destination: string, members: readonly string[]): Promise<void> {
  await mkdir(destination, { recursive: true })
  const archive = await findSourceArchive(deb)
  await pipeTools([
    ['dpkg-deb', '--fsys-tarfile', deb],
    ['tar', '-xO', archive],
    ['xz', '-dc', '-T0'],
    ['tar', '-x', '-C', destination, '--strip-components=1', '--no-same-owner', ...members],
  ])
}

async function findSourceArchive(deb: string): Promise<string> {
  const members = await execOk('sh', ['-c', 'dpkg-deb --fsys-tarfile "$1" | tar -t', 'sh', deb])
  const archive = members.split('\n').find((name) => /\/usr\/src\/linux-source-[^/]*\.tar\.xz$/.test(name))
  if (archive !== undefined) return archive
  throw new Fault('kernel/mismatch', 'Cannot find the kernel source in this package: it holds no usr/src/linux-source-*.tar.xz', {
    in: deb,
  })
}

/** Runs tools as a pipeline; every one must end well. */
async function pipeTools(commands: readonly (readonly string[])[]): Promise<void> {
  const children = commands.map(([tool = '', ...args], index) =>
    spawn(tool, args, { stdio: [index === 0 ? 'ignore' : 'pipe', index === commands.length - 1 ? 'ignore' : 'pipe', 'pipe'] }),
  )
  children.forEach((child, index) => {
    const next = children[index + 1]
    if (child.stdout !== null && next?.stdin) {
      next.stdin.on('error', () => {})
      child.stdout.pipe(next.stdin)
    }
  })
  await Promise.all(
    children.map(
      (child, index) =>
        new Promise<void>((resolve, reject) => {
          let said = ''
          child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
          child.on('error', (error: NodeJS.ErrnoException) =>
            reject(
              new Fault('tool/missing', `Cannot start ${commands[index]?.[0]}: ${error.message}`, {
                try: 'apt-get install dpkg tar xz-utils',
              }),
            ),
          )
          child.on('close', (code) => (code === 0 ? resolve() : reject(pipelineFault(commands[index] ?? [], said))))
        }),
    ),
  )
}

function pipelineFault(command: readonly string[], said: string): Fault {
  const [tool = ''] = command
  if (/No space left on device/.test(said)) {
    return new Fault('io/no-space', 'Cannot unpack the package: the disk is full', {
      in: command.join(' '),
      try: 'free some space, then run the same command again: it resumes',
    })
  }
  return new Fault('tool/failed', `Cannot finish ${tool}: ${said.trim().split('\n').at(-1) ?? ''}`, { in: command.join(' ') })
}
