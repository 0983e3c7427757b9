#include "kernel.h"

int new_limit = 3;

int check(int n)
{
	return n + produce();
}
