#include "kernel.h"

static long count;

int open_pipe(void)
{
	count++;
	return produce() + (count > 3);
}
