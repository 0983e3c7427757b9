import type { CachedKernel } from '../../src/app/kernel/mod.ts'
import { buildModule } from './build-module.ts'

/** A live patch as vendors make them: a module of its own making, without a manifest, that takes the place of none before it. */
export interface VendorPatch {
  readonly name: string
  /** A function of the kernel that prints into a file of /proc. */
  readonly replaces: string
  readonly prints: string
  /** It ends with a jump into a function of its own, which sleeps so long. The kernel does not look for that one on stacks. */
  readonly sleepsMs?: number
}

/** Returns the path of the .ko. */
export function buildVendorPatch(kernel: CachedKernel, { name, replaces, prints, sleepsMs = 0 }: VendorPatch, folder: string): string {
  const source = `// SPDX-License-Identifier: GPL-2.0
#include <linux/delay.h>
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/seq_file.h>

static noinline int vendor_wait(struct seq_file *m)
{
	if (${sleepsMs})
		msleep_interruptible(${sleepsMs});
	seq_puts(m, "${prints}\\n");
	return 0;
}

static int vendor_show(struct seq_file *m, void *v)
{
	return vendor_wait(m);
}

static struct klp_func funcs[] = { { .old_name = "${replaces}", .new_func = vendor_show }, { } };
static struct klp_object objs[] = { { .funcs = funcs }, { } };
static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objs };

static int __init vendor_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit vendor_exit(void)
{
}

module_init(vendor_init);
module_exit(vendor_exit);
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
MODULE_DESCRIPTION("What ${replaces} prints, by a vendor");
`
  return buildModule(kernel, { Kbuild: `obj-m := ${name}.o\n`, [`${name}.c`]: source }, folder, name)
}
