#include "kernel.h"

int check_all(int n)
{
	static int count;
	consume(n);
	return n + count++;
}
