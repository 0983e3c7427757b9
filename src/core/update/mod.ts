export { type Atom, type AtomItem, atomsOf } from './atoms.ts'
export { type Edit, composeLines, editsOf } from './edits.ts'
export { type CompileError, type TakenView, type UnitView, blameCompileError, blameRefusal, parseCompileErrors } from './blame.ts'
export { type Link, linkAtoms } from './links.ts'
export { type Blame, type Bonds, type LeftOut, type Plan, bondsOf, leaveOut, leftOutNotes, notAsked, takenAtoms } from './plan.ts'
export { MADE_NAMES, collectMentions, makesNames, mayMoveMembers, namesGivenBy } from './reach.ts'
export {
  type AccountFile,
  type AccountRow,
  type AccountTotals,
  type BuiltUnit,
  type Carrier,
  type Standing,
  accountFile,
  accountWhole,
  totalsOf,
} from './account.ts'
export { ACCOUNT_SCHEMA, type Account, parseAccount } from './parse-account.ts'
export { formatAccount } from './format-account.ts'
export { type Unwanted, leaveUnwanted, parseUnwanted } from './without.ts'
export { type Fix, fixesBetween, versionsIn } from './changelog.ts'
export { type CveAccount, type VersionSpan, joinCves, whollyLive } from './join-cves.ts'
