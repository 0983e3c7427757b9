#include "kernel.h"

int idle(void)
{
	return 0;
}
