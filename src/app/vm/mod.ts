export { type GuestModule, withDependencies } from './modules.ts'
export type { Vm, VmPorts, VmResult, VmSpec } from './ports.ts'
export { type StartOptions, startVm } from './start.ts'
