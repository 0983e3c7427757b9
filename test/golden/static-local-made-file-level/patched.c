#include "kernel.h"
extern void *alloc(void); extern void release(void *);
static void *cache;
int run(int n)
{
	if (!cache) cache = alloc();
	consume(n);
	return cache != NULL;
}
void stop(void)
{
	release(cache);
	cache = NULL;
	consume(0);
}
