#include "kernel.h"

static noinline int __do_sys_check(void)
{
	int n = produce();
	if (unlikely(n == 3)) {
		printk("three");
		consume(n);
	}
	return n;
}

int __x64_sys_check(void) __alias(__do_sys_check);
int __ia32_sys_check(void) __alias(__do_sys_check);
