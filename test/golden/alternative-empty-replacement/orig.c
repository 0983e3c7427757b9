#include "kernel.h"

int first(int n)
{
	alternative("lfence", "", 0x80);
	return n + 1;
}

int second(int n)
{
	alternative("lfence", "mfence", 0x81);
	return n + produce();
}
