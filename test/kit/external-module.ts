import type { CachedKernel } from '../../src/app/kernel/mod.ts'
import { buildModule } from './build-module.ts'

/** A module of our own, of two C files and a header: /proc/kmend_greeter counts its readers and greets them. */
const GREETER: Readonly<Record<string, string>> = {
  Kbuild: 'obj-m := kmend_greeter.o\nkmend_greeter-y := greeter.o lib/words.o\nccflags-y := -I$(src)/include\n',
  'include/words.h': '#define ENOUGH 100\n\nconst char *greeter_word(int count);\n',
  'lib/words.c': `// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include "words.h"

static int asked;

noinline const char *greeter_word(int count)
{
	asked++;
	if (count == 1)
		return "hello";
	return asked > ENOUGH ? "enough" : "again";
}
`,
  'greeter.c': `// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include "words.h"

static int count;

static int greeter_show(struct seq_file *m, void *v)
{
	count++;
	seq_printf(m, "%s %d\\n", greeter_word(count), count);
	return 0;
}

static int __init greeter_init(void)
{
	return proc_create_single("kmend_greeter", 0444, NULL, greeter_show) ? 0 : -ENOMEM;
}

static void __exit greeter_exit(void)
{
	remove_proc_entry("kmend_greeter", NULL);
}

module_init(greeter_init);
module_exit(greeter_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Specimen of a module that is built outside the kernel's tree");
`,
}

export const GREETER_WORDS = GREETER['lib/words.c'] ?? ''
export const GREETER_HEADER = GREETER['include/words.h'] ?? ''

/** Returns the path of the .ko. */
export function buildGreeter(kernel: CachedKernel, folder: string): string {
  return buildModule(kernel, GREETER, folder, 'kmend_greeter')
}
