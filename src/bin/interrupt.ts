/** Exit code of a command that a signal ended, as shells give it. */
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/** Lets the handlers of `exit` run when a signal ends the process: they stop virtual machines and remove what is temporary. */
export function exitOnSignals(settle: () => void): void {
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.once(signal, () => {
      settle()
      process.exit(code)
    })
  }
}
