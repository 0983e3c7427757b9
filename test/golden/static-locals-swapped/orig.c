#include "kernel.h"

int both(int n)
{
	if (n) {
		static int count;
		consume(count++);
	}
	{
		static int count;
		consume(count++ + 7);
	}
	return n;
}
