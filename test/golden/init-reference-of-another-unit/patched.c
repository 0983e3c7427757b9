#include "kernel.h"

extern int boot_limit;
extern int setup(void);

int check(int n)
{
	return n + produce() + boot_limit++ + setup();
}
