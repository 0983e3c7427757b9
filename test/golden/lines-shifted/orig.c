#include "kernel.h"

int check(int n)
{
	WARN_ON(n > 3);
	consume(__LINE__);
	return n;
}
