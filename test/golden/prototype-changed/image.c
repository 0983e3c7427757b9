#include "kernel.h"

extern int check(int n);

int ask(int n)
{
	return check(n) + produce();
}
