#include "kernel.h"

extern int boot_limit;
extern int setup(void);
extern void tear_down(void);

int check(int n)
{
	if (n < 0)
		tear_down();
	return n + produce() + boot_limit++ + setup();
}
