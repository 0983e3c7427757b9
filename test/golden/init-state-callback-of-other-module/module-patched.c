#include "kernel.h"

extern int queue;

int __init setup(void)
{
	queue = 3;
	return produce();
}
