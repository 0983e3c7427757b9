#include "kernel.h"

#define __initconst __section(".init.rodata")

static const char same[] __initconst = "as before";
static const int models[] __initconst = { 1, 2, 3 };
static int steps[] __initdata = { 1, 2, 3, 4 };
static int is_affected;

int __init check(int i)
{
	is_affected = models[i] | steps[i] | same[i];
	return 0;
}

int get(void)
{
	return is_affected;
}
