#include "kernel.h"

extern int helper(int n) __asm__("renamed_helper");

int check(int n)
{
	return helper(n) + produce();
}
