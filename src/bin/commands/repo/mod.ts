import type { Command } from 'commander'
import { addChangeCommands } from './change.ts'
import { addCopyCommands } from './copies.ts'
import { addInitCommand } from './init.ts'
import { addKeyCommands } from './keys.ts'
import { addRequestCommands } from './requests.ts'
import { addUpkeepCommands } from './upkeep.ts'

/** Every command for a repository's publisher. */
export function addRepoCommands(program: Command): void {
  const repo = program.command('repo').description('publish live patches as static files that hosts can trust')
  addInitCommand(repo)
  addChangeCommands(repo)
  addRequestCommands(repo)
  addKeyCommands(repo)
  addUpkeepCommands(repo)
  addCopyCommands(repo)
}
