import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type PublishedHost, makePublishedHost } from '../../../test/kit/published-host.ts'
import { type TestWitness, makeWitness, nameWitnesses } from '../../../test/kit/witness.ts'
import { auditLog, parseDemand } from '../../app/log/mod.ts'
import { publishBundles, publishCosigned, repoStatus, rotateKey } from '../../app/repo/mod.ts'
import { readWitnessKey } from '../../io/witness-key.ts'
import { makeAuditPorts } from './log-ports.ts'

/** What a witness vouches for, what it never does, and what becomes of its word. */

let world: PublishedHost
let publisher: PublishedHost['publisher']
let url: string
let witness: TestWitness
beforeEach(async () => {
  world = await makePublishedHost()
  publisher = world.publisher
  ;({ url } = world.server)
  witness = await makeWitness(publisher, 'one')
  nameWitnesses(publisher, [witness])
  await publish(1)
})
afterEach(() => world.remove())

const publish = (version: number, repo = publisher.repo) =>
  publishBundles(repo, { bundles: [publisher.bundle({ name: `fix_${version}`, version })], tier: 'stable' }, publisher.ports)
const stateOf = ({ state }: TestWitness) => readFileSync(state, 'utf8')
const take = (file = witness.state) => publishCosigned(publisher.repo, [file], publisher.ports)
const refusal = (code: string, message: string) => ({ code, message: expect.stringContaining(message) })

test('a log that grew is cosigned again, and status says how far its witnesses have seen it', async () => {
  const { size } = await witness.visit(url)
  await publish(2)
  expect(await witness.visit(url)).toMatchObject({ origin: 'example.org/livepatches', sizeBefore: size })
  const { witnesses } = await take()
  expect(witnesses).toMatchObject([{ name: 'witness.example/one', timeS: expect.any(Number) }])
  await publish(3)
  const { witnessed } = await repoStatus(publisher.repo, publisher.ports)
  expect(witnessed.witnesses).toEqual(witnesses)
  expect(witnessed.size).toBeGreaterThan(witnesses[0]?.size ?? 0)
})

test('a log that is no continuation of the one that was cosigned is refused, and so is one that went back', async () => {
  const fork = `${publisher.folder}/fork`
  cpSync(publisher.repo, fork, { recursive: true })
  await publish(2)
  await witness.visit(url)
  const before = stateOf(witness)
  await expect(witness.visit(`file://${fork}/public`)).rejects.toMatchObject(refusal('trust/log', 'it went back'))
  await publish(3, fork)
  await expect(witness.visit(`file://${fork}/public`)).rejects.toMatchObject(refusal('trust/log', 'there are two logs'))
  await publish(4, fork)
  await expect(witness.visit(`file://${fork}/public`)).rejects.toMatchObject(refusal('trust/log', 'are not those that were seen before'))
  expect(stateOf(witness)).toBe(before)
})

test('a state that is gone, damaged, or of another log or key is refused: only a first visit begins without', async () => {
  await witness.visit(url)
  await expect(witness.visit(url, { isFirst: true })).rejects.toMatchObject(refusal('witness/state', 'there is a state already'))
  const whole = stateOf(witness)
  const other = await makeWitness(publisher, 'two')
  await other.visit(url)
  for (const state of [whole.slice(0, -20), '', whole.replace('example.org', 'example.net'), stateOf(other)]) {
    writeFileSync(witness.state, state)
    await expect(witness.visit(url)).rejects.toMatchObject(
      refusal('witness/state', 'the state is not a checkpoint of example.org/livepatches'),
    )
    expect(stateOf(witness)).toBe(state)
  }
  rmSync(witness.state)
  await expect(witness.visit(url)).rejects.toMatchObject(refusal('witness/state', 'what this witness cosigned last is not there'))
})

test('a witness whose clock was put back, or that is at work already, does not cosign', async () => {
  await witness.visit(url)
  await expect(witness.visit(url, { ports: { nowMs: () => 1_000_000 } })).rejects.toMatchObject(refusal('trust/clock', 'has cosigned at'))
  const withRepository = async () => {
    await expect(witness.visit(url)).rejects.toMatchObject(refusal('witness/locked', 'Cannot cosign a log with this state'))
    throw new Error('looked')
  }
  await expect(witness.visit(url, { ports: { withRepository } })).rejects.toThrow('looked')
})

test('a witness that cannot keep what it cosigns has cosigned nothing', async () => {
  await witness.visit(url)
  const before = stateOf(witness)
  await publish(2)
  const writeState = () => Promise.reject(new Error('the disk is full'))
  await expect(witness.visit(url, { ports: { writeState } })).rejects.toThrow('the disk is full')
  expect(stateOf(witness)).toBe(before)
})

test('a publisher takes the word of those alone that it names, about its own log, and of each its newest', async () => {
  const other = await makeWitness(publisher, 'two')
  await other.visit(url)
  await expect(take(other.state)).rejects.toMatchObject(refusal('trust/witness', 'no witness that is named has cosigned it'))
  const fork = `${publisher.folder}/fork`
  cpSync(publisher.repo, fork, { recursive: true })
  await publish(2, fork)
  await publish(3)
  nameWitnesses(publisher, [witness, other])
  rmSync(other.state)
  await other.visit(`file://${fork}/public`, { isFirst: true })
  await expect(take(other.state)).rejects.toMatchObject(refusal('trust/log', 'there are two logs'))
  await witness.visit(url)
  const older = `${publisher.folder}/older.note`
  cpSync(witness.state, older)
  await publish(4)
  await witness.visit(url)
  const newest = await take()
  expect(await take(older)).toEqual(newest)
})

test('a log whose key was rotated is cosigned on', async () => {
  await witness.visit(url)
  await rotateKey(publisher.repo, { role: 'log' }, publisher.ports)
  await witness.visit(url)
  expect((await take()).witnesses).toMatchObject([{ name: 'witness.example/one' }])
  await publish(2)
  await witness.visit(url)
  const { size, witnesses } = await take()
  expect(witnesses).toMatchObject([{ size }])
})

test('an auditor who demands witnesses is told by how much they lag', async () => {
  const ports = makeAuditPorts({ url, fingerprint: publisher.fingerprint, folder: `${publisher.folder}/audit` })
  const audit = () => auditLog({ kept: undefined, demand: parseDemand({ keys: [witness.key], atLeast: 1 }, ports) }, ports)
  const { size, alarms } = await audit()
  expect(alarms).toEqual([`1 of 1 witnesses have seen no more than 0 of ${size} entries`])
  await witness.visit(url)
  await take()
  expect(await audit()).toMatchObject({ alarms: [], witnesses: [{ name: 'witness.example/one', size }] })
})

test('a private key with the public half of another is refused', async () => {
  await makeWitness(publisher, 'two')
  cpSync(`${publisher.folder}/two.pub`, `${publisher.folder}/one.pub`)
  await expect(readWitnessKey(`${publisher.folder}/one.pem`)).rejects.toMatchObject(refusal('key/unusable', 'is that of another'))
})
