export type { Btf, BtfAlias, BtfEnumValue, BtfId, BtfMember, BtfParameter, BtfSectionVariable, BtfStruct, BtfType } from './btf.ts'
export { type BtfPrints, hasNewStructs, printBtf, saysTheSame } from './btf-prints.ts'
export { findStruct, type ResolvedBtfType, resolveBtfType, sizeOfBtfType, sizeOfStruct } from './btf-query.ts'
export { readBtf, referencesOf } from './btf-read.ts'
export { BOOT_HEADER_BYTES, readKernelVersion } from './boot-header.ts'
export { findBuildId, readBuildId } from './build-id.ts'
export { collectUnits } from './collect-units.ts'
export { compareDebianVersions } from './debian-version.ts'
export { generatingRecipes, parseDryRun, type Recipe } from './dry-run.ts'
export { type KernelExport, readExports } from './exports.ts'
export { type KernelSymbol, readKallsyms } from './kallsyms.ts'
export { type Kconfig, isBuiltIn, parseKconfig } from './kconfig.ts'
export { makefileVersion } from './makefile-version.ts'
export { formatModinfo, type Modinfo, modinfoValue, modinfoValues, parseModinfo } from './modinfo.ts'
export { type ModuleFile, moduleNameOfPath, readModuleFile } from './module-file.ts'
export { isSigned, joinSignature, type SplitModule, splitSignature } from './module-signature.ts'
export { formatCrc, formatModuleSymvers, parseModuleSymvers, type SymbolVersion } from './module-symvers.ts'
export { findOffer, isBuildable, type KernelOffer, listOffers, type OfferedPackage, type PackageRole } from './offer.ts'
export { type Package, parsePackageIndex } from './package-index.ts'
export { type KernelRelease, parseRelease, tryParseRelease } from './release.ts'
export { type KernelPaths, kernelPaths, type KernelTarget, parseTarget, type TargetPackage } from './target.ts'
export { callingConvention, parseSymbolTypes, showPrototype, type SymbolTypes } from './symbol-types.ts'
export { planShadow } from './shadow.ts'
export {
  formatUnitCommands,
  parseUnitCommands,
  type UnitCommand,
  type UnitCommands,
  type UnitOwner,
  isRunning,
  isTraced,
  objectsOf,
  plainPath,
  sourceFile,
  unitsOfSource,
} from './unit-commands.ts'
export { type Compression, findPayload, type Payload, UNPACK_TOOLS } from './vmlinux-image.ts'
