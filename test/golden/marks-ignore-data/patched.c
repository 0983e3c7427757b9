#include "kernel.h"

#include <kmend/livepatch.h>

int limit = 4;
int rate = 6;
int table[3] = { 1, 2, 3 };
KMEND_IGNORE_DATA(limit);
KMEND_IGNORE_DATA(table);
KMEND_IGNORE_SECTION(".data.rate");

int check(int n)
{
	return n > limit * rate + table[n];
}
