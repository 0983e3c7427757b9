import { type Edit, KAUDITD, VERSION } from './edit-source.ts'

/** An update of eight kinds of change: a good one, one of a unit that kbuild names by way of another folder, a type with a user elsewhere, data, init code, what this kernel does not compile, a comment, the loop of a kernel thread. */
export const SMALL_UPDATE: readonly Edit[] = [
  VERSION,
  { path: 'virt/kvm/kvm_main.c', find: 'r = KVM_API_VERSION;', replace: 'r = KVM_API_VERSION + 1;' },
  { path: 'fs/autofs/autofs_i.h', find: '\tint\t\tflags;\n', replace: '\tint\t\tflags;\n\tlong\t\tkmend_extra;\n' },
  { path: 'fs/autofs/inode.c', find: '\t\tino->count = 1;', replace: '\t\tino->count = 1;\n\t\tino->kmend_extra = 2;' },
  { path: 'fs/pipe.c', find: 'pipe_max_size = 1048576;', replace: 'pipe_max_size = 2097152;' },
  { path: 'fs/proc/uptime.c', find: 'pde_make_permanent(pde);', replace: 'if (pde)\n\t\tpde_make_permanent(pde);' },
  { path: 'fs/adfs/dir.c', find: '#include', replace: '#include <linux/mm.h>\n#include' },
  { path: 'fs/proc/loadavg.c', find: '#include <linux/fs.h>', replace: '/* seen */\n#include <linux/fs.h>' },
  KAUDITD,
]
