#include "kernel.h"

extern int check(int n);

int user(void)
{
	return check(1);
}
