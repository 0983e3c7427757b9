'use strict'
// npm's postinstall, run by whichever Node there is (so: old JavaScript). npm leaves out optional packages that it could not fetch, and says nothing;
// and it does not link node_modules/.bin/node when two packages offer it. So: is everything there for this machine? Then link Node, and note for which
// lock file the packages were installed. The launchers compare that note.
const fs = require('node:fs')
const path = require('node:path')

process.chdir(path.join(__dirname, '..'))
const { packages } = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'))

const fits = (allowed, actual) => allowed === undefined || allowed.includes(actual)
// An optional package for every machine is there for another optional one only, which may be for another machine.
const isNeeded = ({ optional, os, cpu, libc }) =>
  (!optional || (os && cpu)) && fits(os, process.platform) && fits(cpu, process.arch) && fits(libc, 'glibc')
const missing = Object.keys(packages).filter((name) => name !== '' && isNeeded(packages[name]) && !fs.existsSync(name))
if (missing.length > 0) {
  process.stderr.write(`Cannot use the npm packages: npm could not install ${missing.join(', ')}\n`)
  process.exit(6)
}

const node = path.join('node_modules', `node-linux-${process.arch}`, 'bin/node')
fs.mkdirSync('node_modules/.bin', { recursive: true })
fs.rmSync('node_modules/.bin/node', { force: true })
fs.symlinkSync(path.relative('node_modules/.bin', node), 'node_modules/.bin/node')
fs.copyFileSync('package-lock.json', 'node_modules/.installed-lock')
