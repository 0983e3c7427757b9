#include "kernel.h"

extern void enable(struct static_key *key);

static struct static_key is_ready;

int __init setup(void)
{
	return produce();
}

int check(int n)
{
	return n + produce();
}

void get_ready(void)
{
	enable(&is_ready);
}
