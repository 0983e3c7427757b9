#include "kernel.h"

extern int (*current)(int n);

int handle(int n)
{
	return n + produce();
}

int is_ours(void)
{
	consume(1);
	return current == handle;
}

int dispatch(int n)
{
	if (current == handle)
		return handle(n);
	return current(n);
}
