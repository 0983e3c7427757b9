#include "kernel.h"

extern struct static_key feature;

int check(int *p)
{
	int n;
	WARN_ON(!p);
	if (get_user(n, p))
		return -22;
	if (static_branch(&feature))
		consume(n);
	alternative("", "lfence", 0x80);
	return n;
}

int other(int *p)
{
	int n;
	WARN_ON(!p);
	if (get_user(n, p))
		return -14;
	if (static_branch(&feature))
		consume(n);
	alternative("", "lfence", 0x80);
	return n;
}
