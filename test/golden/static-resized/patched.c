#include "kernel.h"

static int history[8];

void remember(unsigned int n)
{
	history[n % 8] = n;
}

int recall(unsigned int n)
{
	return history[n % 8];
}
