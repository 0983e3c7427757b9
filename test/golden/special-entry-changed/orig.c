#include "kernel.h"

int check(int n)
{
	alternative("", "lfence", 0x80);
	return n;
}

int other(int n)
{
	BUG_ENTRY(1);
	return n;
}

int third(int n)
{
	BUG_ENTRY(1);
	return n + 1;
}
