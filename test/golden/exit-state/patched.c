#include "kernel.h"

static void *pending;

void __exit leave(void)
{
	consume(0);
	consume(pending != NULL);
	pending = NULL;
}

int check(int n)
{
	consume(n);
	pending = kmalloc(n);
	return n;
}
