#include "kernel.h"

static struct { int limit; int count; } state;

int check(void)
{
	return state.count < state.limit;
}

void count(void)
{
	state.count += produce();
}
