#include "kernel.h"

static int limit;
static int quick;
static int plain __read_mostly;
static void *where;

int check(int n)
{
	return n + limit + quick + plain + (where != 0);
}

void set(int n)
{
	limit = n;
	quick = n;
	plain = n;
	where = &plain;
}
