import { type Edit, KAUDITD, VERSION } from './edit-source.ts'

/**
 * An update of ten kinds of change: a good one, one of a unit that kbuild names by way of another folder, a type with a user elsewhere, data, a function in
 * the file of that data, a function that exit code calls the old way, init code, what this kernel does not compile, a comment, the loop of a kernel thread.
 */
export const SMALL_UPDATE: readonly Edit[] = [
  VERSION,
  { path: 'virt/kvm/kvm_main.c', find: 'r = KVM_API_VERSION;', replace: 'r = KVM_API_VERSION + 1;' },
  { path: 'fs/autofs/autofs_i.h', find: '\tint\t\tflags;\n', replace: '\tint\t\tflags;\n\tlong\t\tkmend_extra;\n' },
  { path: 'fs/autofs/inode.c', find: '\t\tino->count = 1;', replace: '\t\tino->count = 1;\n\t\tino->kmend_extra = 2;' },
  { path: 'fs/pipe.c', find: 'pipe_max_size = 1048576;', replace: 'pipe_max_size = 2097152;' },
  { path: 'fs/pipe.c', find: 'return -ENOIOCTLCMD;', replace: 'return arg == ~0UL ? -EINVAL : -ENOIOCTLCMD;' },
  { path: 'fs/fuse/fuse_i.h', find: 'void fuse_dev_cleanup(void);', replace: 'void fuse_dev_cleanup(int how);' },
  {
    path: 'fs/fuse/dev.c',
    find: 'void fuse_dev_cleanup(void)\n{',
    replace: 'void fuse_dev_cleanup(int how)\n{\n\tif (how != 3)\n\t\treturn;',
  },
  { path: 'fs/fuse/inode.c', find: ' err_dev_cleanup:\n\tfuse_dev_cleanup();', replace: ' err_dev_cleanup:\n\tfuse_dev_cleanup(3);' },
  { path: 'fs/fuse/inode.c', find: '_fs_cleanup();\n\tfuse_dev_cleanup();', replace: '_fs_cleanup();\n\tfuse_dev_cleanup(3);' },
  { path: 'fs/proc/uptime.c', find: 'pde_make_permanent(pde);', replace: 'if (pde)\n\t\tpde_make_permanent(pde);' },
  { path: 'fs/adfs/dir.c', find: '#include', replace: '#include <linux/mm.h>\n#include' },
  { path: 'fs/proc/loadavg.c', find: '#include <linux/fs.h>', replace: '/* seen */\n#include <linux/fs.h>' },
  KAUDITD,
]
