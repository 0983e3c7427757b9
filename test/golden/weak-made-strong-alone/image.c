#include "kernel.h"

int machine_flags = 2;

int machine_start(int n)
{
	return n;
}
