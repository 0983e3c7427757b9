import { afterAll, expect, test } from 'vitest'
import { buildEdits, outputFolder } from '../kit/build-and-prove.ts'
import type { Edit } from '../kit/edit-source.ts'

/** What patch authors write for what cannot be replaced as it stands: system calls, and calls whose key lives in a module. */

const folder = outputFolder()
afterAll(folder.dispose)

async function replacedBy(name: string, edits: readonly Edit[], line = '6.1') {
  const outcome = await buildEdits(edits, { name, output: `${folder.path}/${line}/${name}`, line })
  if (outcome.kind !== 'built') throw new Error(JSON.stringify(outcome))
  return outcome.manifest.objects.flatMap((object) => object.functions.map((func) => `${object.name} ${func.name}`)).toSorted()
}

const UMASK: Edit = { path: 'kernel/sys.c', find: 'mask & S_IRWXUGO);', replace: 'mask & (S_IRWXUGO & ~1));' }
const GETPPID: Edit = {
  path: 'kernel/sys.c',
  find: '\tpid = task_tgid_vnr(rcu_dereference(',
  replace: '\tpid = 1 + task_tgid_vnr(rcu_dereference(',
}

// On both lines: the macros lean on those of the kernel's own headers that define system calls, and 6.12 calls the entries from one switch.
test.each(['6.1', '6.12'])(
  'on %s, a changed system call is replaced by its entries, with the macros of patch authors and without',
  async (line) => {
    const plain = await replacedBy('t_plain', [UMASK, GETPPID], line)
    expect(plain).toEqual(expect.arrayContaining(['vmlinux __ia32_sys_umask', 'vmlinux __x64_sys_umask']))
    const marked: readonly Edit[] = [
      { path: UMASK.path, find: 'SYSCALL_DEFINE1(umask', replace: '#include "kpatch-macros.h"\nKPATCH_SYSCALL_DEFINE1(umask' },
      { path: UMASK.path, find: 'mask & (S_IRWXUGO & ~1));', replace: 'mask & (S_IRWXUGO & ~1));\n\tKPATCH_PRINTK("umask %d\\n", mask);' },
      { path: UMASK.path, find: 'SYSCALL_DEFINE0(getppid', replace: '#include <linux/livepatch_helpers.h>\nKLP_SYSCALL_DEFINE0(getppid' },
    ]
    expect(await replacedBy('t_marked', [UMASK, GETPPID, ...marked], line)).toEqual(plain)
  },
)

const IRQ = 'arch/x86/kvm/irq.c'
const CALL = '\tstatic_call_cond(kvm_x86_migrate_timers)(vcpu);'
const CHECK = '\tbarrier();\n\tif (vcpu->vcpu_id < 0)\n\t\treturn;\n'

test('a static call whose key lives in a module can be called through its key', async () => {
  const throughKey = `${CHECK}\tif (STATIC_CALL_KEY(kvm_x86_migrate_timers).func)\n\t\tKPATCH_STATIC_CALL(kvm_x86_migrate_timers)(vcpu);`
  const edits = [
    { path: IRQ, find: CALL, replace: throughKey },
    { path: IRQ, find: 'void __kvm_migrate_timers', replace: '#include "kpatch-macros.h"\nvoid __kvm_migrate_timers' },
  ]
  expect(await replacedBy('t_key', edits)).toEqual(['kvm __kvm_migrate_timers'])
})
