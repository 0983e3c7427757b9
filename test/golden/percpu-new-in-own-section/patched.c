#include "kernel.h"

static __always_inline int *here(int *each)
{
	__asm__("add %%gs:0x10, %0" : "+r"(each));
	return each;
}

static DEFINE_PER_CPU(int, count);
static __section(".data..percpu..total") int total;

int next(void)
{
	int *mine = here(&count);

	this_cpu_write(total, 1);
	*mine += produce();
	return *mine;
}
