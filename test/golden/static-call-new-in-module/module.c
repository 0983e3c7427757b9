#include "kernel.h"

int other(int n)
{
	return n;
}
