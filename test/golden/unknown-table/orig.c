#include "kernel.h"

int check(int value)
{
	asm volatile("1: nop\n.pushsection some_new_sites,\"a\"\n.balign 4\n.long 1b - .\n.popsection");
	return value > 3;
}

int other(int value)
{
	return value > 5;
}
