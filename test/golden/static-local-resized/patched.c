#include "kernel.h"

void remember(unsigned int n)
{
	static int history[8];
	consume(history[n % 8]);
	history[n % 8] = n;
}
