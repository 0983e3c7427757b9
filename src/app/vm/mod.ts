export { type GuestModule, withDependencies } from './modules.ts'
export type { Vm, VmPorts, VmResult, VmSpec } from './ports.ts'
export { guestModulePath, loadModules, type StartOptions, startVm } from './start.ts'
