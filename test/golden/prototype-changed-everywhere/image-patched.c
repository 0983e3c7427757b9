#include "kernel.h"

extern int check(int n, long bound);

int ask(int n)
{
	return check(n, 9) + produce();
}
