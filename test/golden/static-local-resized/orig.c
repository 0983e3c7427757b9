#include "kernel.h"

void remember(unsigned int n)
{
	static int history[4];
	consume(history[n % 4]);
	history[n % 4] = n;
}
