import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { faultOf } from '../../test/kit/vm.ts'
import { execApart } from './exec-apart.ts'

test('a program apart gets what it is given, and says what it says', async () => {
  const given = { input: 'given', env: { WORD: 'seen' }, cwd: '/' }
  const { code, stdout, stderr } = await execApart('sh', ['-c', 'pwd; cat; echo " $WORD"; echo oh >&2; exit 3'], given)
  expect([code, stdout, stderr]).toEqual([3, '/\ngiven seen\n', 'oh\n'])
})

test('what is asked at the same time is answered to the right one', async () => {
  const answers = await Promise.all(
    ['1', '2', '3', '4'].map((word) => execApart('sh', ['-c', `sleep 0.${5 - Number(word)}; echo ${word}`])),
  )
  expect(answers.map(({ stdout }) => stdout.trim())).toEqual(['1', '2', '3', '4'])
})

test('a program that is not there is the same fault as without the detour', async () => {
  const fault = await faultOf(execApart('kmend-nonesuch', [], { package: 'nonesuch' }))
  expect([fault.code, fault.exit, fault.message, fault.try]).toEqual([
    'tool/missing',
    6,
    'Cannot find the program kmend-nonesuch',
    'apt-get install nonesuch',
  ])
})

test('it keeps nobody from ending, and ends with whom it works for', async () => {
  const program = `import { execApart } from ${JSON.stringify(`${import.meta.dirname}/exec-apart.ts`)}; console.log((await execApart('sh', ['-c', 'echo $PPID'])).stdout)`
  const pid = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8', timeout: 30_000 }).trim()
  expect(pid).toMatch(/^\d+$/)
  await expect.poll(() => isThere(Number(pid)), { timeout: 20_000 }).toBe(false)
})

/** One that has ended and that nobody has asked after is no longer there. */
function isThere(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
