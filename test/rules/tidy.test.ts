import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { listFiles, readFiles, readProjectFile, ROOT } from './project.ts'

const LAUNCHERS = ['kmend', 'dev', '.ci/run']

describe('the launchers', () => {
  test.each(LAUNCHERS)('%s may be executed', (path) => {
    expect(statSync(join(ROOT, path)).mode & 0o111).toBe(0o111)
  })

  const scripts = [...LAUNCHERS, ...listFiles().filter((path) => /^launch\/.*\.sh$/.test(path))]

  test.each(scripts)('%s is POSIX shell', (path) => {
    execFileSync('/bin/sh', ['-n', join(ROOT, path)])
    expect(readProjectFile(path)).not.toMatch(/\[\[|\blocal\b|\bfunction\b|<<<|\bsource\b/)
  })
})

describe('the project', () => {
  const files = readFiles('.ts', '.sh', '.md', '.json', '.c', '.txt', 'kmend', 'dev', 'run')

  test('depends on no machine: no absolute path of a checkout or a home', () => {
    const path = /(?<![\w$}.~-])\/(?:work|farm|root|home)\/[\w.-]+/
    const found = files.flatMap(({ path: file, text }) =>
      text.split('\n').flatMap((line) => (path.test(line) ? [`${file}: ${line.trim()}`] : [])),
    )
    expect(found).toEqual([])
  })

  test('takes packages from the registry that npm is configured for', () => {
    expect(readProjectFile('package-lock.json')).not.toMatch(/"resolved"/)
    const hosts = new RegExp(String.raw`registry\.(?:npmjs|yarnpkg)|deb\.debian\.org|security\.debian\.org`)
    expect(files.filter(({ path, text }) => path !== 'test/rules/tidy.test.ts' && hosts.test(text)).map(({ path }) => path)).toEqual([])
  })

  test('pins every package exactly', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(readProjectFile('package.json')) as Record<
      string,
      Record<string, string>
    >
    const versions = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
  })

  test('runs every test in continuous integration', () => {
    expect(readProjectFile('.ci/run')).toContain('./dev test')
  })
})
