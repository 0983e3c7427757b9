#include "kernel.h"

extern int slow(int n);
extern int fast(int n);

int check(int n)
{
	alternative("call slow", "call fast", 0x81);
	return n + produce();
}
