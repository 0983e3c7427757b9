export { type GuestModule, withDependencies } from './modules.ts'
export type { Vm, VmPorts, VmResult, VmSpec } from './ports.ts'
export { type AbsentModule, guestModulePath, loadWhatLoads, type StartOptions, startVm } from './start.ts'
