#include "kernel.h"

static struct { int count; int limit; } state;

int check(void)
{
	return state.count < state.limit;
}

void count(void)
{
	state.count += produce();
}
