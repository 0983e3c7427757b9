import { makeHostProgram } from './host-program.ts'
import { runProgram } from './run-program.ts'

await runProgram(makeHostProgram(), process.argv)
