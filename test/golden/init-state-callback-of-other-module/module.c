#include "kernel.h"

int __init setup(void)
{
	return produce();
}
