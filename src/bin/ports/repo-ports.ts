import { createHash } from 'node:crypto'
import { type RepoPorts, isBucket } from '../../app/repo/mod.ts'
import { readBytes, readText, removeSynced, writeWhole } from '../../io/files.ts'
import { makeAddressSource } from '../../io/address-source.ts'
import { makeFolderStore } from '../../io/folder-store.ts'
import { exists, listNames, removeTree } from '../../io/folders.ts'
import { draftRoleKey, makeRoleKey, readPublicRoleKey, readRoleKey, verifyRoleKey } from '../../io/role-key.ts'
import { makeS3Store } from '../../io/s3-store.ts'
import { readTomlFile } from '../../io/toml-file.ts'

/** The ports of a repository's publisher, on this machine. */
export function makeRepoPorts(approve: RepoPorts['approve']): RepoPorts {
  return {
    files: { exists, readText, readBytes, write: writeWhole, remove: removeSynced, removeTree, names: listNames },
    toml: readTomlFile,
    keys: { read: readRoleKey, readPublic: readPublicRoleKey, make: makeRoleKey, draft: draftRoleKey, verify: verifyRoleKey },
    openStore: (place, publisher) => (isBucket(place) ? makeS3Store(place, { publisher, env: process.env }) : makeFolderStore(place)),
    openSource: makeAddressSource,
    sha256: (content) => createHash('sha256').update(content).digest('hex'),
    approve,
    nowMs: Date.now,
  }
}
