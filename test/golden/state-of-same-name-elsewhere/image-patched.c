#include "kernel.h"

int submit(void);
int submit(void)
{
	return produce();
}
