#include "kernel.h"

int check(int n)
{
	return produce() > n;
}
