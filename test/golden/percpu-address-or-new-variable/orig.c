#include "kernel.h"

static __always_inline int *here(int *each)
{
	__asm__("add %%gs:0x10, %0" : "+r"(each));
	return each;
}

static DEFINE_PER_CPU(int, count);

int next(void)
{
	int *mine = here(&count);

	*mine += produce();
	return *mine;
}
