import type { Manifest } from '../../core/bundle/mod.ts'
import { parseRelease } from '../../core/kernel/mod.ts'
import { changedPlaces } from '../../core/source/mod.ts'
import { type Account, type Plan, composeLines, formatAccount, leftOutNotes, whollyLive } from '../../core/update/mod.ts'
import {
  type BuildKernel,
  type BuildOutcome,
  type BuildRequest,
  type Contents,
  type CompareMemory,
  type FullRecipe,
  type StageTime,
  assemble,
  buildPaths,
  checkPlace,
  compileOriginal,
  compare,
  compareAhead,
  keepRecipe,
  makeRecipe,
  makeStopwatch,
  openBuildKernel,
} from '../build/mod.ts'
import { openSource } from '../source/mod.ts'
import { makeAccount } from './account-stage.ts'
import { type SourceFile, isSourceFile, readDifference, takenIn } from './difference.ts'
import { firstPlan } from './first-plan.ts'
import { openReach } from './include-reach.ts'
import { type PatchedUnits, openPatchedUnits } from './patched-units.ts'
import type { UpdatePorts } from './ports.ts'
import { watchReaders } from './readers.ts'
import { unitsOfSources } from './reach-stage.ts'
import { reduce } from './reduce.ts'
import type { UpdateRequest } from './request.ts'

export interface UpdateOutcome {
  readonly kind: BuildOutcome['kind']
  readonly build: BuildOutcome
  readonly account: Account
  readonly accountPath: string
  readonly rounds: number
  readonly unitCount: number
  readonly times: readonly StageTime[]
}

/**
 * One live patch of everything in a newer source that can be patched safely, and an account of the rest. The source is taken apart into the smallest
 * edits that leave each item whole; what is refused goes, with all that belongs to it, until the rest holds. Faults: build/locked, and those of the stages.
 */
export function update(request: UpdateRequest, ports: UpdatePorts, opened?: BuildKernel): Promise<UpdateOutcome> {
  return ports.withOutputLock(buildPaths(request).lock, () => updateLocked(request, ports, opened))
}

async function updateLocked(request: UpdateRequest, ports: UpdatePorts, opened: BuildKernel | undefined): Promise<UpdateOutcome> {
  const stage = makeStopwatch(ports.nowMs)
  const release = parseRelease(request.release)
  const kernel = await stage('open', async () => opened ?? openBuildKernel(request.release, ports))
  checkPlace(request, kernel)
  const paths = buildPaths(request)
  const accountPath = `${request.output}/account.json`
  for (const left of [paths.manifest, paths.module, paths.recipe, accountPath]) await ports.files.remove(left)

  const { from, to } = await stage('sources', async () => ({
    from: await openSource(request.from ?? kernel.target.packageVersion, release.line, ports),
    to: await openSource(request.to, release.line, ports),
  }))
  const includes = await openReach(kernel)
  const files = await stage('difference', () => readDifference({ from, to, kernel, reach: includes }, ports))
  const sources = files.filter(isSourceFile)
  const inputs = ports.digest(
    JSON.stringify([
      ports.version,
      kernel.target,
      await kernel.toolchain(),
      request.only,
      request.without ?? [],
      sources.map(({ path, diff }) => [path, diff]),
    ]),
  )

  const { plan, bonds, unitsOf } = await firstPlan({ request, kernel, includes, sources, paths, inputs }, ports, stage)
  const reachable = new Set([...unitsOf].flatMap(([id, sourcesOfUnits]) => (plan.leftOut.has(id) ? [] : [...sourcesOfUnits])))
  const units = unitsOfSources(kernel, reachable)
  const parts = { kernel, files: sources, units, unitsOf, paths, inputs }
  const patched = await openPatchedUnits(parts, ports)
  const readers = watchReaders(sources, paths.originals, ports)
  const accountOf = (current: Plan, contents: Contents | undefined) =>
    makeAccount({ request, from, to, files, plan: current, unitsOf: readers.narrow(unitsOf), contents })
  const memory: CompareMemory = { diffs: new Map(), types: { seen: new WeakMap(), editsOf: patched.editsOf } }
  const comparing = { request: { allowLayout: [] }, kernel, paths, isDecidedAgain: true, memory }
  // What the first rounds leave out need not be compared: an original is compiled when its patched side is.
  const compileBoth: PatchedUnits['compile'] = async (current, among) => {
    const reached = patched.reached(current, among)
    await stage('original', () => compileOriginal({ units: reached, folder: paths.originals }, kernel, ports))
    await readers.look(reached)
    return stage('patched', async () => {
      const ahead = await compareAhead(comparing, ports)
      const failed = await patched.compile(current, among, ahead.add)
      await ahead.ended()
      return failed
    })
  }
  const reduced = await reduce(
    {
      ...parts,
      plan,
      bonds,
      patched: { ...patched, compile: compileBoth },
      judge: async (differing) => (await compare({ ...comparing, units: differing }, ports, stage)).refusals,
      assemble: (differing, current) =>
        assemble(
          {
            request: { ...buildRequest(request, sources, current), update: { from: from.version ?? null, to: to.version ?? null } },
            kernel,
            units: differing,
            isDecidedAgain: true,
            memory,
            compiled: patched.reached(current, units),
            inputs: ports.digest(JSON.stringify([inputs, [...current.leftOut.keys()].toSorted()])),
            changedFiles: new Set(sources.map(({ path }) => path)),
            places: placesOf(sources, current),
            hasHeaders: sources.some(({ role }) => role === 'included'),
            fixesOf: (contents) => fixesOf(request, accountOf(current, contents)),
            notes: leftOutNotes(current),
          },
          ports,
          stage,
        ),
    },
    ports,
  )
  const account = accountOf(reduced.plan, reduced.outcome.kind === 'built' ? reduced.outcome.manifest : undefined)
  await ports.files.write(accountPath, `${JSON.stringify(account, null, 1)}\n`)
  await ports.files.write(`${request.output}/account.txt`, formatAccount(account))
  await keepRecipe(recipeOf(request, { older: from.version ?? null, newer: to.version ?? null }, account), request.output, ports)
  await ports.files.write(paths.times, `${JSON.stringify(stage.times, null, 2)}\n`)
  return {
    kind: reduced.outcome.kind,
    build: reduced.outcome,
    account,
    accountPath,
    rounds: reduced.rounds,
    unitCount: patched.reached(reduced.plan, units).length,
    times: stage.times,
  }
}

/** What was asked for, with the records alone that the account rests on: the others say nothing of this update. */
function recipeOf(
  { only, without = [], cveRecords, ...request }: UpdateRequest,
  sources: { readonly older: string | null; readonly newer: string | null },
  { cves }: Account,
): FullRecipe {
  const used = new Set(cves.map(({ id }) => id))
  const records = cveRecords.filter(({ id }) => used.has(id)).toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const file = 'sources/cve-records.json'
  return makeRecipe(
    request,
    { kind: 'update', ...sources, only, ...(without.length === 0 ? {} : { without }), cveRecords: cveRecords.length === 0 ? null : file },
    cveRecords.length === 0 ? [] : [[file, `${JSON.stringify(records, null, 1)}\n`]],
  )
}

/** The ids that were given, and the CVEs that the account shows to be wholly live. */
function fixesOf({ cves, bugs }: UpdateRequest, account: Account): Manifest['fixes'] {
  return { cves: [...new Set([...cves, ...whollyLive(account.cves, account.files)])].toSorted(), bugs }
}

/** What the taken part touches in the sources. */
function placesOf(files: readonly SourceFile[], plan: Plan) {
  return files.flatMap((file) => {
    const taken = takenIn(file, plan)
    const lines = composeLines(
      file.before.lines,
      taken.flatMap((atom) => atom.edits),
    )
    return taken.length === 0 ? [] : changedPlaces(file.path, file.kind === 'created' ? [] : file.before.lines, lines)
  })
}

/** The build's view of an update: the diffs of the files that are taken stand for its patches. */
function buildRequest(request: UpdateRequest, files: readonly SourceFile[], plan: Plan): BuildRequest {
  const taken = files.filter((file) => takenIn(file, plan).length > 0)
  return {
    patches: taken.map((file) => ({
      file: file.path,
      text: `${file.diff}\n${file.atoms.flatMap((atom) => (plan.leftOut.has(atom.id) ? [`left out: ${atom.id}`] : [])).join('\n')}`,
    })),
    release: request.release,
    name: request.name,
    version: request.version,
    output: request.output,
    fuzz: 0,
    allowLayout: [],
    cves: request.cves,
    bugs: request.bugs,
    ...(request.after === undefined ? {} : { after: request.after }),
  }
}
