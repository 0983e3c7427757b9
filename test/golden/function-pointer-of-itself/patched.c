#include "kernel.h"

extern void later(int (*callback)(int n), int n);

int retry(int n)
{
	if (n > 8)
		later(retry, n);
	else
		consume(retry(n + 1) + 1);
	return n;
}
