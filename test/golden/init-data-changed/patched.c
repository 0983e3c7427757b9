#include "kernel.h"

#define __initconst __section(".init.rodata")

static const char same[] __initconst = "as before";
static const int more[] __initconst = { 1 };
static const int models[] __initconst = { 1, 2, 4 };
static int steps[] __initdata = { 1, 2, 3, 5 };
static int is_affected;

int __init setup(int i)
{
	return more[i];
}

int __init check(int i)
{
	is_affected = models[i] | steps[i] | same[i];
	return 0;
}

int get(void)
{
	return is_affected;
}
