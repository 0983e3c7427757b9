#include "kernel.h"

int check(int n)
{
	alternative("", "mfence", 0x80);
	return n;
}

int other(int n)
{
	BUG_ENTRY(3);
	return n;
}

int third(int n)
{
	BUG_ENTRY(1);
	return n + 1;
}
