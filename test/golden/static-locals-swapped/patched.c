#include "kernel.h"

int both(int n)
{
	{
		static int count;
		consume(count++ + 7);
	}
	if (n) {
		static int count;
		consume(count++);
	}
	return n;
}
