#include "kernel.h"

static int history[4];

void remember(unsigned int n)
{
	history[n % 4] = n;
}

int recall(unsigned int n)
{
	return history[n % 4];
}
