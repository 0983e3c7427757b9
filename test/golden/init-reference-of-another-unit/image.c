#include "kernel.h"

int boot_limit __initdata = 3;

int __init setup(void)
{
	return boot_limit;
}

void __exit tear_down(void)
{
	consume(boot_limit);
}
