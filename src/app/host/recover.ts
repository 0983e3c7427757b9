import { type Policy, planRecovery } from '../../core/host/mod.ts'
import { conclude } from './conclude.ts'
import { readJournal, setTrialAside } from './host-store.ts'
import type { HostPorts } from './ports.ts'
import { finishPuttingIn } from './put-in.ts'
import { readKernel } from './read-kernel.ts'
import { finishTakingOut } from './finish-taking-out.ts'

/** Brings what an interrupted run has begun to its end, going by what the kernel says. */
export async function recover(policy: Policy, ports: HostPorts): Promise<void> {
  const journal = await readJournal(ports)
  if (journal === undefined) return
  const facts = readKernel(ports.system)
  const plan = planRecovery(journal, facts)
  ports.progress(
    `${journal.act} of ${journal.name} was interrupted: ${plan.kind === 'forget' ? 'the kernel has nothing of it' : 'going on'}`,
  )
  switch (plan.kind) {
    case 'forget':
      // Of another boot, the trial is judged by how that boot ended: kmend boot restore.
      if (journal.bootId === facts.bootId) await setTrialAside(journal, ports)
      await conclude(
        journal,
        'failed',
        { said: journal.bootId === facts.bootId ? 'interrupted before the kernel had it' : 'the host went down while it was at it' },
        ports,
      )
      return
    case 'finish-applying':
      await finishPuttingIn(journal, policy, ports)
      return
    case 'finish-removing':
      await finishTakingOut({ journal }, policy, ports)
  }
}
