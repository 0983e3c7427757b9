#include "kernel.h"

int limit = 3;
int rate = 5;
int table[2] = { 1, 2 };

int check(int n)
{
	return n > limit * rate + table[n];
}
