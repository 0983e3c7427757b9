#include "kernel.h"

static noinline int scale_2(int n) __asm__("scale.constprop.0");
static noinline int scale_3(int n) __asm__("scale.constprop.1");

static noinline int scale_2(int n)
{
	return n * 2 + produce();
}

static noinline int scale_3(int n)
{
	return n * 3 + produce();
}

int use(int n)
{
	return scale_2(n) + scale_3(n);
}

int check(int n)
{
	return n + produce();
}
