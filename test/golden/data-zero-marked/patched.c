#include "kernel.h"

static int limit __ro_after_init;
static int quick __read_mostly;
static int plain;
static void *where __read_mostly = &where;

int check(int n)
{
	return n + limit + quick + plain + 2 * (where != 0);
}

void set(int n)
{
	limit = n;
	quick = n;
	plain = n;
	where = &plain;
}
